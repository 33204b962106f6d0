//! Edges of the control plane: etcd, static pods, the API server and what must list every kind.
//!
//! The signatures are those of openshift/cluster-etcd-operator, openshift/library-go
//! `pkg/operator/staticpod`, kubernetes/kubernetes `pkg/controller/namespace/deletion`.

use super::{Edge, OPERATORS, always, names_subject, names_webhook, says_any};
use crate::engine::finding::Finding;
use crate::engine::meta::Severity;

/// What makes etcd fail or delay requests.
const ETCD_AILING: &[&str] = &[
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

/// What the etcd operator reports.
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

/// Every edge of the control plane.
pub(super) static EDGES: &[Edge] = &[
    Edge {
        cause: &["nodes/"],
        effect: OPERATORS,
        holds: |cause, effect| {
            effect.subject.name == "control-plane-machine-set"
                && cause.severity == Some(Severity::Critical)
                && says_any(effect, &["UnavailableReplicas"])
        },
        because: "the machine of a control-plane node that is not ready counts as unavailable",
    },
    // Disks, under etcd.
    Edge {
        cause: &["etcd/slow-disk"],
        effect: &[
            "etcd/member-unhealthy",
            "etcd/quorum-lost",
            "etcd/leader-churn",
            "etcd/raft-lag",
            "etcd/requests-slow",
        ],
        holds: always,
        because: "a member that waits for its disk misses heartbeats",
    },
    // Within etcd: heartbeats and ways between members, room, and members that are missing.
    Edge {
        cause: &["etcd/heartbeat-late", "etcd/peer-unreachable", "etcd/peer-slow"],
        effect: &["etcd/leader-churn", "etcd/raft-lag", "etcd/requests-slow"],
        holds: always,
        because: "a leader that its followers do not hear in time is replaced",
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
        holds: |cause, effect| {
            cause.severity > Some(Severity::Info) && !says_any(effect, &["CORRUPT"])
        },
        because: "its objects fill the database and make every list of them long",
    },
    Edge {
        cause: &["etcd/fragmented", "etcd/defragmentation-failing"],
        effect: &["etcd/database-large", "etcd/fragmented"],
        holds: always,
        because: "what is not in use is not given back",
    },
    Edge {
        cause: &["etcd/member-unhealthy", "etcd/members-mismatch", "etcd/member-unstarted"],
        effect: &["etcd/defragmentation-failing", "etcd/scaling-unsafe"],
        holds: always,
        because: "the operator does nothing while members are missing",
    },
    // etcd, under every API server.
    Edge {
        cause: ETCD_AILING,
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
        holds: |_, effect| {
            says_any(effect, &["etcdserver:", "etcd failed", ":2379", "etcd cluster"])
        },
        because: "its message is an error of etcd",
    },
    Edge {
        cause: ETCD_AILING,
        effect: &["kube-apiserver/error-budget-burning", "kube-apiserver/leases-lost"],
        holds: |cause, _| cause.severity > Some(Severity::Info),
        because: "every request to the API ends in etcd",
    },
    Edge {
        cause: ETCD_REPORTED,
        effect: OPERATORS,
        holds: |_, effect| effect.subject.name == "etcd",
        because: "the etcd operator reports its members",
    },
    // What must list every kind, under the kinds that cannot be listed.
    Edge {
        cause: &["apiservices/"],
        effect: &["namespaces/"],
        holds: names_group,
        because: "its message names the API",
    },
    Edge {
        cause: &["webhooks/conversion-unanswered"],
        effect: &["namespaces/"],
        holds: |_, effect| says_any(effect, &["conversion webhook"]),
        because: "objects that cannot be converted cannot be listed",
    },
    Edge {
        cause: &[
            "apiservices/unavailable",
            "apiservices/orphaned",
            "webhooks/conversion-unanswered",
        ],
        effect: &["kube-controller-manager/garbage-not-collected"],
        holds: |_, effect| says_any(effect, &["alerts firing"]),
        because: "the garbage collector lists every kind",
    },
    Edge {
        cause: &["pods/", "operators/"],
        effect: &["kube-controller-manager/garbage-not-collected"],
        holds: |cause, effect| {
            let subject = &cause.subject;
            !says_any(effect, &["alerts firing"])
                && (subject.namespace == "openshift-monitoring" || subject.name == "monitoring")
        },
        because: "the operator asks the alerts of monitoring",
    },
    Edge {
        cause: &["webhooks/without-endpoints", "webhooks/conversion-unanswered"],
        effect: &["webhooks/reported-failing", "webhooks/calls-failing"],
        holds: names_webhook,
        because: "nobody is behind the Service that is called",
    },
    Edge {
        cause: &["machineconfig/"],
        effect: &["kube-apiserver/kubelets-unsupported"],
        holds: |cause, _| cause.severity > Some(Severity::Info),
        because: "kubelets stay old while their pool does not update",
    },
    Edge {
        cause: &["kube-apiserver/kubelets-unsupported"],
        effect: &["update/minor-version-blocked"],
        holds: |_, effect| says_any(effect, &["KubeletMinorVersion"]),
        because: "the operator blocks updates that leave kubelets behind",
    },
    Edge {
        cause: &["kube-apiserver/cert-rotation-overridden"],
        effect: &["update/minor-version-blocked"],
        holds: |_, effect| says_any(effect, &["CertRotation"]),
        because: "the operator blocks updates while it stands",
    },
    // Static pods under their operators.
    Edge {
        cause: &["static-pods/"],
        effect: OPERATORS,
        holds: |cause, effect| is_of_operator(cause, effect) || names_subject(cause, effect),
        because: "the operator reports its static pods",
    },
    Edge {
        cause: &["etcd/endpoints-not-updated"],
        effect: &["apiservices/deployment-withheld"],
        holds: |_, effect| says_any(effect, &["etcd-servers", "storageConfig"]),
        because: "the operator learns from that list where etcd answers",
    },
    Edge {
        cause: &[
            "apiservices/deployment-withheld",
            "kube-apiserver/encryption-stuck",
            "kube-controller-manager/",
        ],
        effect: OPERATORS,
        holds: is_of_operator,
        because: "the operator reports it under a condition of its own",
    },
];

/// Whether the effect is the ClusterOperator that the first line of the cause's words is the name of.
fn is_of_operator(cause: &Finding, effect: &Finding) -> bool {
    effect.subject.kind == "ClusterOperator"
        && cause.keywords.lines().next() == Some(&effect.subject.name)
}

/// Whether the effect's conditions name one of the APIs of the cause as discovery does: `v1.a.b` as
/// `a.b/v1`.
fn names_group(cause: &Finding, effect: &Finding) -> bool {
    cause.keywords.split_whitespace().filter_map(|word| word.split_once('.')).any(
        |(version, group)| {
            version.starts_with('v')
                && group.contains('.')
                && effect.keywords.contains(&format!("{group}/{version}"))
        },
    )
}
