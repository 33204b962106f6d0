//! Monitoring, credentials, machines, cloud providers, and the operators that OLM installs.
//!
//! The signatures are messages of the operators: openshift/cluster-monitoring-operator
//! `pkg/operator/operator.go`, openshift/machine-api-operator `pkg/operator/sync.go`,
//! openshift/cloud-credential-operator `pkg/operator/utils/utils.go`,
//! openshift/operator-framework-olm `staging/operator-lifecycle-manager/pkg/controller/operators`.

use super::edge::{Edge, OPERATORS};
use super::link::{Link, Name};
use super::signature::{
    always, any, first_line, keyword_lines, listed, mentions_any, mentions_name, name, namespace,
    own_name, own_namespace, subject, subject_name, webhooks,
};
use crate::terms::finding::Finding;

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    // Monitoring.
    Edge {
        cause: &["storage/claim-pending", "storage/claim-lost"],
        effect: &["monitoring/rollout-failed"],
        link: &[Link::Every(is_of_monitoring)],
        holds: |_, effect| {
            mentions_any(effect, &["PersistentVolumeClaim", "persistentvolumeclaim"])
        },
        mechanism: "the rollout waits for this volume",
    },
    Edge {
        cause: &["storage/volume-filling-up"],
        effect: &["monitoring/prometheus-disk-full"],
        link: &[Link::Every(|cause| {
            cause.subject.namespace == "openshift-monitoring"
                && cause.subject.name.contains("prometheus-k8s")
        })],
        holds: always,
        mechanism: "this is the volume of Prometheus",
    },
    Edge {
        cause: &["monitoring/prometheus-disk-full"],
        effect: &["pods/crash-looping"],
        link: &[Link::Names(listed)],
        holds: always,
        mechanism: "Prometheus exits when it cannot write",
    },
    Edge {
        cause: &["pods/"],
        effect: &["monitoring/rollout-failed", "monitoring/alerts-not-collected"],
        link: &[Link::Every(is_of_monitoring)],
        holds: |_, effect| !mentions_any(effect, &["routes.route", "failed calling webhook"]),
        mechanism: "these are pods of monitoring",
    },
    Edge {
        cause: &["apiservices/", "webhooks/"],
        effect: &["monitoring/rollout-failed"],
        link: &[Link::Names(webhooks), Link::Every(is_route_api)],
        holds: |cause, effect| {
            let sign = if is_route_api(cause) {
                "routes.route.openshift.io"
            } else {
                "failed calling webhook"
            };
            mentions_any(effect, &[sign])
        },
        mechanism: "its objects are rejected, or their API does not respond, for this reason",
    },
    Edge {
        cause: &["monitoring/rollout-failed"],
        effect: &["kube-controller-manager/garbage-not-collected"],
        link: &[Link::Every(is_of_monitoring)],
        holds: |_, effect| mentions_any(effect, &["thanos-querier"]),
        mechanism: "the operator reads alerts from monitoring",
    },
    Edge {
        cause: &["nodes/"],
        effect: &["monitoring/targets-down"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "the targets run on the node",
    },
    Edge {
        cause: &["pods/"],
        effect: &["monitoring/targets-down"],
        link: &[Link::Names(listed)],
        holds: always,
        mechanism: "the targets are these pods",
    },
    Edge {
        cause: &["pods/", "workloads/"],
        effect: &["monitoring/watchdog-missing", "monitoring/alerts-not-sent"],
        link: &[Link::Every(is_of_monitoring)],
        holds: always,
        mechanism: "a part of monitoring itself is not running",
    },
    Edge {
        cause: &["machines/"],
        effect: &["monitoring/alerts-firing"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "the alert names it",
    },
    // Credentials.
    Edge {
        cause: &["credentials/request-failing"],
        effect: &[
            "operators/unavailable",
            "operators/degraded",
            "operators/rollout-stuck",
            "pods/volume-not-mounted",
            "pods/container-not-created",
        ],
        link: &[Link::Names(listed)],
        holds: |_, effect| mentions_any(effect, &["secret", "Secret"]),
        mechanism: "the Secret that it waits for is not created",
    },
    // Machines.
    Edge {
        cause: &["machines/failed", "machines/without-node"],
        effect: &["machines/workers-not-met", "machines/set-short", "operators/degraded"],
        link: &[Link::Names(machines)],
        holds: always,
        mechanism: "this is one of the missing Machines",
    },
    Edge {
        cause: &["machines/failed"],
        effect: &["machines/control-plane-set-degraded"],
        link: &[Link::Every(|cause| cause.subject.name.contains("-master-"))],
        holds: |_, effect| mentions_any(effect, &["FailedReplacement"]),
        mechanism: "this is the replacement that failed",
    },
    Edge {
        cause: &["machines/bare-metal-host-failing"],
        effect: &["machines/without-node"],
        link: &[Link::Same(keyword_lines, name)],
        holds: always,
        mechanism: "this is the host of the Machine",
    },
    Edge {
        cause: &["machines/approver-overwhelmed"],
        effect: &["certificates/client-requests-pending", "certificates/serving-requests-pending"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "the approver ignores every request",
    },
    Edge {
        cause: &["nodes/not-ready", "nodes/kubelet-silent"],
        effect: &["machines/remediation-halted", "machines/autoscaler-unsafe"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "too many nodes are not ready",
    },
    Edge {
        cause: &["nodes/not-ready", "nodes/kubelet-silent"],
        effect: &["machines/set-short"],
        link: &[Link::Names(subject), Link::Names(listed)],
        holds: always,
        mechanism: "this is the node of one of its Machines",
    },
    Edge {
        cause: &["operators/unavailable", "operators/degraded"],
        effect: &["machines/autoscaler-dependency-missing"],
        link: &[Link::Every(|cause| cause.subject.name == "machine-api")],
        holds: |_, effect| mentions_any(effect, &["machine-api"]),
        mechanism: "the autoscaler waits for this operator",
    },
    Edge {
        cause: &["nodes/"],
        effect: &["machines/deletion-stuck"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "this is the node of the Machine",
    },
    Edge {
        cause: &["certificates/client-requests-pending"],
        effect: &["machines/without-node"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "a new node waits for its certificate",
    },
    // The cloud controller manager, which initializes nodes.
    Edge {
        cause: &["cloud/", "pods/"],
        effect: &["nodes/uninitialized"],
        link: &[Link::Every(is_of_cloud)],
        holds: always,
        mechanism: "the cloud controller manager removes the taint",
    },
    Edge {
        cause: &["cloud/controller-manager-degraded"],
        effect: &["pods/unschedulable"],
        link: &[Link::Every(any)],
        holds: |_, effect| {
            mentions_any(effect, &["node.cloudprovider.kubernetes.io/uninitialized"])
        },
        mechanism: "the cloud controller manager removes the taint",
    },
    // OLM. Its operators block an update only if a ClusterOperator reports it.
    Edge {
        cause: &["pods/"],
        effect: &["olm/resolution-failed", "olm/bundle-unpack-failed"],
        link: &[Link::Names(subject_name)],
        holds: |cause, _| cause.subject.kind == "CatalogSource",
        mechanism: "these are pods of the catalog",
    },
    Edge {
        cause: &["okd/red-hat-catalogs"],
        effect: &["olm/catalog-unhealthy"],
        link: &[Link::Every(any)],
        holds: |cause, effect| {
            effect.subject.namespace == "openshift-marketplace"
                && (mentions_name(cause, &effect.subject.name)
                    || cause.summary.contains(effect.subject.name.as_str()))
        },
        mechanism: "the image of the catalog cannot be pulled",
    },
    Edge {
        cause: &["pods/"],
        effect: &["olm/catalog-unhealthy"],
        link: &[Link::Same(own_namespace, namespace)],
        holds: |cause, effect| cause.subject.name.starts_with(effect.subject.name.as_str()),
        mechanism: "this is the pod of the catalog",
    },
    Edge {
        cause: &["olm/operator-groups-conflict"],
        effect: &["olm/csv-failed"],
        link: &[Link::Same(own_name, namespace)],
        holds: |_, effect| mentions_any(effect, &["TooManyOperatorGroups"]),
        mechanism: "a namespace may have only one OperatorGroup",
    },
    Edge {
        cause: &["pods/"],
        effect: &["olm/csv-failed", "olm/package-server-down"],
        link: &[Link::Names(subject_name)],
        holds: |cause, effect| {
            let namespace = &cause.subject.namespace;
            effect.subject.namespace == *namespace || mentions_name(effect, namespace)
        },
        mechanism: "these are pods of its Deployment",
    },
    // The next minor version.
    Edge {
        cause: &[
            "credentials/root-missing",
            "credentials/upgrade-annotation-missing",
            "monitoring/config-outdated",
            "olm/blocks-update",
        ],
        effect: &["update/minor-version-blocked"],
        link: &[Link::Names(reason)],
        holds: always,
        mechanism: "its operator blocks the next minor version for this reason",
    },
    // The operators that report these findings.
    Edge {
        cause: &["cloud/", "credentials/", "machines/", "monitoring/", "olm/"],
        effect: OPERATORS,
        link: &[Link::Every(any)],
        holds: |cause, effect| operator_of(cause.rule) == Some(effect.subject.name.as_str()),
        mechanism: "the operator reports it",
    },
];

/// Whether a finding is about a component of the monitoring stack.
fn is_of_monitoring(finding: &Finding) -> bool {
    matches!(
        finding.subject.namespace.as_str(),
        "openshift-monitoring" | "openshift-user-workload-monitoring"
    )
}

/// Whether a finding is about the API of routes.
fn is_route_api(finding: &Finding) -> bool {
    finding.rule.starts_with("apiservices/")
        && (mentions_any(finding, &["v1.route.openshift.io"])
            || finding.subject.name == "v1.route.openshift.io")
}

/// Whether a finding is about a cloud controller manager.
fn is_of_cloud(finding: &Finding) -> bool {
    finding.rule.starts_with("cloud/")
        || finding.subject.namespace == "openshift-cloud-controller-manager"
}

/// The Machines of a finding.
fn machines(finding: &Finding) -> Vec<Name<'_>> {
    let members = finding.members.iter().map(|machine| [machine.name.as_str(), ""]);
    subject_name(finding).into_iter().chain(members).collect()
}

/// The reason of the first condition in the keywords of a finding.
fn reason(finding: &Finding) -> Vec<Name<'_>> {
    let reason = first_line(finding).split_once(':').map(|(reason, _)| [reason, ""]);
    reason.into_iter().collect()
}

/// The ClusterOperator that reports the findings of a rule.
fn operator_of(rule: &str) -> Option<&'static str> {
    Some(match rule {
        "cloud/controller-manager-degraded" => "cloud-controller-manager",
        "credentials/mode-conflict" | "credentials/request-failing" => "cloud-credential",
        "machines/autoscaler-dependency-missing" => "cluster-autoscaler",
        "machines/bare-metal-degraded" => "baremetal",
        "machines/control-plane-set-degraded" => "control-plane-machine-set",
        "machines/workers-not-met" => "machine-api",
        "monitoring/config-invalid"
        | "monitoring/rollout-failed"
        | "monitoring/user-workload-config-invalid" => "monitoring",
        "olm/package-server-down" => "operator-lifecycle-manager-packageserver",
        _ => return None,
    })
}
