//! The control plane: etcd, static pods, the API server, and controllers that list every kind.
//!
//! The signatures are those of openshift/cluster-etcd-operator, openshift/library-go
//! `pkg/operator/staticpod`, kubernetes/kubernetes `pkg/controller/namespace/deletion`.

use super::edge::{Edge, OPERATORS};
use super::link::{Link, Name};
use super::signature::{
    always, any, first_line, is_above_info, mentions_any, operator, subject, webhooks,
};
use crate::terms::finding::Finding;
use crate::terms::meta::Severity;

/// Rules that find an etcd that fails or delays requests.
const ETCD_FAILING: &[&str] = &[
    "etcd/alarm-raised",
    "etcd/bootstrap-member-left",
    "etcd/clock-drift",
    "etcd/heartbeat-late",
    "etcd/leader-churn",
    "etcd/member-unhealthy",
    "etcd/members-mismatch",
    "etcd/peer-slow",
    "etcd/peer-unreachable",
    "etcd/quorum-lost",
    "etcd/raft-lag",
    "etcd/requests-slow",
    "etcd/slow-disk",
    "etcd/space-exceeded",
];

/// Rules that find what the etcd operator reports.
const ETCD_REPORTED: &[&str] = &[
    "etcd/alarm-raised",
    "etcd/backup-failed",
    "etcd/bootstrap-member-left",
    "etcd/certificates-not-signed",
    "etcd/clock-drift",
    "etcd/defragmentation-failing",
    "etcd/endpoints-not-updated",
    "etcd/learner-stuck",
    "etcd/member-unhealthy",
    "etcd/member-unstarted",
    "etcd/members-mismatch",
    "etcd/peer-unreachable",
    "etcd/quorum-lost",
    "etcd/scaling-unsafe",
    "etcd/slow-disk",
];

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    Edge {
        cause: &["nodes/"],
        effect: OPERATORS,
        link: &[Link::Every(|cause| cause.severity == Some(Severity::Critical))],
        holds: |_, effect| {
            effect.subject.name == "control-plane-machine-set"
                && mentions_any(effect, &["UnavailableReplicas"])
        },
        mechanism: "the machine of a control-plane node that is not ready counts as unavailable",
    },
    // Disks of etcd.
    Edge {
        cause: &["etcd/slow-disk"],
        effect: &[
            "etcd/member-unhealthy",
            "etcd/quorum-lost",
            "etcd/leader-churn",
            "etcd/raft-lag",
            "etcd/requests-slow",
        ],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "a member that waits for its disk sends heartbeats late",
    },
    // Within etcd: connections between members, database size, and missing members.
    Edge {
        cause: &["etcd/heartbeat-late", "etcd/peer-unreachable", "etcd/peer-slow"],
        effect: &["etcd/leader-churn", "etcd/raft-lag", "etcd/requests-slow"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "a leader whose heartbeats arrive late is replaced",
    },
    Edge {
        cause: &["etcd/object-bloat"],
        effect: &[
            "etcd/alarm-raised",
            "etcd/database-growing",
            "etcd/database-large",
            "etcd/requests-slow",
            "etcd/space-exceeded",
        ],
        link: &[Link::Every(is_above_info)],
        holds: |_, effect| !mentions_any(effect, &["CORRUPT"]),
        mechanism: "its objects fill the database and slow down every list request",
    },
    Edge {
        cause: &["etcd/fragmented", "etcd/defragmentation-failing"],
        effect: &["etcd/database-large", "etcd/fragmented"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "without defragmentation, unused space is not released",
    },
    Edge {
        cause: &["etcd/member-unhealthy", "etcd/members-mismatch", "etcd/member-unstarted"],
        effect: &["etcd/defragmentation-failing", "etcd/scaling-unsafe"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "the operator waits while members are missing",
    },
    // etcd, which every API server needs.
    Edge {
        cause: ETCD_FAILING,
        effect: &[
            "operators/",
            "static-pods/",
            "apiservices/",
            "authentication/",
            "console/",
            "kube-apiserver/etcd-errors",
            "network/apply-failed",
            "network/render-failed",
        ],
        link: &[Link::Every(any)],
        holds: |_, effect| {
            mentions_any(effect, &["etcdserver:", "etcd failed", ":2379", "etcd cluster"])
        },
        mechanism: "its message shows an error of etcd",
    },
    Edge {
        cause: ETCD_FAILING,
        effect: &["kube-apiserver/error-budget-burning", "kube-apiserver/leases-lost"],
        link: &[Link::Every(is_above_info)],
        holds: always,
        mechanism: "every request to the API depends on etcd",
    },
    Edge {
        cause: ETCD_REPORTED,
        effect: OPERATORS,
        link: &[Link::Every(any)],
        holds: |_, effect| effect.subject.name == "etcd",
        mechanism: "the etcd operator reports its members",
    },
    // Kinds that cannot be listed, and the controllers that list every kind.
    Edge {
        cause: &["apiservices/"],
        effect: &["namespaces/"],
        link: &[Link::Names(api_groups)],
        holds: names_group,
        mechanism: "its message names the API",
    },
    Edge {
        cause: &["webhooks/conversion-unanswered"],
        effect: &["namespaces/"],
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["conversion webhook"]),
        mechanism: "objects that cannot be converted cannot be listed",
    },
    Edge {
        cause: &[
            "apiservices/unavailable",
            "apiservices/orphaned",
            "webhooks/conversion-unanswered",
        ],
        effect: &["kube-controller-manager/garbage-not-collected"],
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["alerts firing"]),
        mechanism: "the garbage collector lists every kind",
    },
    Edge {
        cause: &["pods/", "operators/"],
        effect: &["kube-controller-manager/garbage-not-collected"],
        link: &[Link::Every(|cause| {
            cause.subject.namespace == "openshift-monitoring" || cause.subject.name == "monitoring"
        })],
        holds: |_, effect| !mentions_any(effect, &["alerts firing"]),
        mechanism: "the operator reads alerts from monitoring",
    },
    Edge {
        cause: &["webhooks/without-endpoints", "webhooks/conversion-unanswered"],
        effect: &["webhooks/reported-failing", "webhooks/calls-failing"],
        link: &[Link::Names(webhooks)],
        holds: always,
        mechanism: "the Service of the webhook has no endpoints",
    },
    Edge {
        cause: &["machineconfig/"],
        effect: &["kube-apiserver/kubelets-unsupported"],
        link: &[Link::Every(is_above_info)],
        holds: always,
        mechanism: "kubelets stay at their old version while their pool does not update",
    },
    Edge {
        cause: &["kube-apiserver/kubelets-unsupported"],
        effect: &["update/minor-version-blocked"],
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["KubeletMinorVersion"]),
        mechanism: "the operator blocks updates that would leave kubelets unsupported",
    },
    Edge {
        cause: &["kube-apiserver/cert-rotation-overridden"],
        effect: &["update/minor-version-blocked"],
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["CertRotation"]),
        mechanism: "the operator blocks updates while it is set",
    },
    // Static pods and their operators.
    Edge {
        cause: &["static-pods/"],
        effect: OPERATORS,
        link: &[Link::Same(listed_operator, operator), Link::Names(subject)],
        holds: always,
        mechanism: "the operator reports its static pods",
    },
    Edge {
        cause: &["etcd/endpoints-not-updated"],
        effect: &["apiservices/deployment-withheld"],
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["etcd-servers", "storageConfig"]),
        mechanism: "the operator reads the etcd endpoints from that list",
    },
    Edge {
        cause: &[
            "apiservices/deployment-withheld",
            "kube-apiserver/encryption-stuck",
            "kube-controller-manager/",
        ],
        effect: OPERATORS,
        link: &[Link::Same(listed_operator, operator)],
        holds: always,
        mechanism: "the operator reports it in one of its conditions",
    },
];

/// The ClusterOperator in the first line of the keywords.
fn listed_operator(finding: &Finding) -> Vec<&str> {
    vec![first_line(finding)]
}

/// The APIs in the keywords of a finding, as group and version.
fn api_groups(finding: &Finding) -> Vec<Name<'_>> {
    let names = finding.keywords.split_whitespace().filter_map(|word| word.split_once('.'));
    names
        .filter(|(version, group)| version.starts_with('v') && group.contains('.'))
        .map(|(version, group)| [group, version])
        .collect()
}

/// Whether the effect mentions one of the APIs of the cause as discovery spells it: `v1.a.b` as
/// `a.b/v1`.
fn names_group(cause: &Finding, effect: &Finding) -> bool {
    let mut groups = api_groups(cause).into_iter();
    groups.any(|[group, version]| effect.keywords.contains(&format!("{group}/{version}")))
}
