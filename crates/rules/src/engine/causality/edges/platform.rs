//! Monitoring, credentials, machines, cloud providers, and the operators that OLM installs.
//!
//! The signatures are messages of the operators: openshift/cluster-monitoring-operator
//! `pkg/operator/operator.go`, openshift/machine-api-operator `pkg/operator/sync.go`,
//! openshift/cloud-credential-operator `pkg/operator/utils/utils.go`,
//! openshift/operator-framework-olm `staging/operator-lifecycle-manager/pkg/controller/operators`.

use super::edge::{Edge, OPERATORS};
use super::signature::{
    always, mentions_any, mentions_listed_name, mentions_name, mentions_subject, mentions_webhook,
};
use crate::engine::finding::Finding;

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    // Monitoring.
    Edge {
        cause: &["storage/claim-pending", "storage/claim-lost"],
        effect: &["monitoring/rollout-failed"],
        holds: |cause, effect| {
            is_of_monitoring(cause)
                && mentions_any(effect, &["PersistentVolumeClaim", "persistentvolumeclaim"])
        },
        mechanism: "the rollout waits for this volume",
    },
    Edge {
        cause: &["storage/volume-filling-up"],
        effect: &["monitoring/prometheus-disk-full"],
        holds: |cause, _| {
            cause.subject.namespace == "openshift-monitoring"
                && cause.subject.name.contains("prometheus-k8s")
        },
        mechanism: "this is the volume of Prometheus",
    },
    Edge {
        cause: &["monitoring/prometheus-disk-full"],
        effect: &["pods/crash-looping"],
        holds: |cause, effect| mentions_listed_name(cause, effect),
        mechanism: "Prometheus exits when it cannot write",
    },
    Edge {
        cause: &["pods/"],
        effect: &["monitoring/rollout-failed", "monitoring/alerts-not-collected"],
        holds: |cause, effect| {
            is_of_monitoring(cause)
                && !mentions_any(effect, &["routes.route", "failed calling webhook"])
        },
        mechanism: "these are pods of monitoring",
    },
    Edge {
        cause: &["apiservices/", "webhooks/"],
        effect: &["monitoring/rollout-failed"],
        holds: |cause, effect| {
            if cause.rule.starts_with("webhooks/") {
                return mentions_any(effect, &["failed calling webhook"])
                    && mentions_webhook(cause, effect);
            }
            mentions_any(effect, &["routes.route.openshift.io"])
                && (mentions_any(cause, &["v1.route.openshift.io"])
                    || cause.subject.name == "v1.route.openshift.io")
        },
        mechanism: "its objects are rejected, or their API does not respond, for this reason",
    },
    Edge {
        cause: &["monitoring/rollout-failed"],
        effect: &["kube-controller-manager/garbage-not-collected"],
        holds: |cause, effect| is_of_monitoring(cause) && mentions_any(effect, &["thanos-querier"]),
        mechanism: "the operator reads alerts from monitoring",
    },
    Edge {
        cause: &["nodes/"],
        effect: &["monitoring/targets-down"],
        holds: mentions_subject,
        mechanism: "the targets run on the node",
    },
    Edge {
        cause: &["pods/"],
        effect: &["monitoring/targets-down"],
        holds: mentions_listed_name,
        mechanism: "the targets are these pods",
    },
    Edge {
        cause: &["pods/", "workloads/"],
        effect: &["monitoring/watchdog-missing", "monitoring/alerts-not-sent"],
        holds: |cause, _| is_of_monitoring(cause),
        mechanism: "a part of monitoring itself is not running",
    },
    Edge {
        cause: &["machines/"],
        effect: &["monitoring/alerts-firing"],
        holds: mentions_subject,
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
        holds: |cause, effect| {
            mentions_any(effect, &["secret", "Secret"]) && mentions_listed_name(cause, effect)
        },
        mechanism: "the Secret that it waits for is not created",
    },
    // Machines.
    Edge {
        cause: &["machines/failed", "machines/without-node"],
        effect: &["machines/workers-not-met", "machines/set-short", "operators/degraded"],
        holds: |cause, effect| {
            mentions_name(effect, &cause.subject.name)
                || cause.members.iter().any(|machine| mentions_name(effect, &machine.name))
        },
        mechanism: "this is one of the missing Machines",
    },
    Edge {
        cause: &["machines/failed"],
        effect: &["machines/control-plane-set-degraded"],
        holds: |cause, effect| {
            mentions_any(effect, &["FailedReplacement"]) && cause.subject.name.contains("-master-")
        },
        mechanism: "this is the replacement that failed",
    },
    Edge {
        cause: &["machines/bare-metal-host-failing"],
        effect: &["machines/without-node"],
        holds: |cause, effect| cause.keywords.lines().any(|line| line == effect.subject.name),
        mechanism: "this is the host of the Machine",
    },
    Edge {
        cause: &["machines/approver-overwhelmed"],
        effect: &["certificates/client-requests-pending", "certificates/serving-requests-pending"],
        holds: always,
        mechanism: "the approver ignores every request",
    },
    Edge {
        cause: &["nodes/not-ready", "nodes/kubelet-silent"],
        effect: &["machines/remediation-halted", "machines/autoscaler-unsafe"],
        holds: always,
        mechanism: "too many nodes are not ready",
    },
    Edge {
        cause: &["nodes/not-ready", "nodes/kubelet-silent"],
        effect: &["machines/set-short"],
        holds: |cause, effect| {
            mentions_subject(cause, effect) || mentions_listed_name(cause, effect)
        },
        mechanism: "this is the node of one of its Machines",
    },
    Edge {
        cause: &["operators/unavailable", "operators/degraded"],
        effect: &["machines/autoscaler-dependency-missing"],
        holds: |cause, effect| {
            cause.subject.name == "machine-api" && mentions_any(effect, &["machine-api"])
        },
        mechanism: "the autoscaler waits for this operator",
    },
    Edge {
        cause: &["nodes/"],
        effect: &["machines/deletion-stuck"],
        holds: mentions_subject,
        mechanism: "this is the node of the Machine",
    },
    Edge {
        cause: &["certificates/client-requests-pending"],
        effect: &["machines/without-node"],
        holds: always,
        mechanism: "a new node waits for its certificate",
    },
    // The cloud controller manager, which initializes nodes.
    Edge {
        cause: &["cloud/", "pods/"],
        effect: &["nodes/uninitialized"],
        holds: |cause, _| {
            cause.rule.starts_with("cloud/")
                || cause.subject.namespace == "openshift-cloud-controller-manager"
        },
        mechanism: "the cloud controller manager removes the taint",
    },
    Edge {
        cause: &["cloud/controller-manager-degraded"],
        effect: &["pods/unschedulable"],
        holds: |_, effect| {
            mentions_any(effect, &["node.cloudprovider.kubernetes.io/uninitialized"])
        },
        mechanism: "the cloud controller manager removes the taint",
    },
    // OLM. Its operators block an update only if a ClusterOperator reports it.
    Edge {
        cause: &["pods/"],
        effect: &["olm/resolution-failed", "olm/bundle-unpack-failed"],
        holds: |cause, effect| {
            cause.subject.kind == "CatalogSource" && mentions_name(effect, &cause.subject.name)
        },
        mechanism: "these are pods of the catalog",
    },
    Edge {
        cause: &["okd/red-hat-catalogs"],
        effect: &["olm/catalog-unhealthy"],
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
        holds: |cause, effect| {
            cause.subject.namespace == effect.subject.namespace
                && cause.subject.name.starts_with(effect.subject.name.as_str())
        },
        mechanism: "this is the pod of the catalog",
    },
    Edge {
        cause: &["olm/operator-groups-conflict"],
        effect: &["olm/csv-failed"],
        holds: |cause, effect| {
            cause.subject.name == effect.subject.namespace
                && mentions_any(effect, &["TooManyOperatorGroups"])
        },
        mechanism: "a namespace may have only one OperatorGroup",
    },
    Edge {
        cause: &["pods/"],
        effect: &["olm/csv-failed", "olm/package-server-down"],
        holds: |cause, effect| {
            let namespace = &cause.subject.namespace;
            (effect.subject.namespace == *namespace || mentions_name(effect, namespace))
                && mentions_name(effect, &cause.subject.name)
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
        holds: |cause, effect| reason_of(cause).is_some_and(|reason| mentions_name(effect, reason)),
        mechanism: "its operator blocks the next minor version for this reason",
    },
    // The operators that report these findings.
    Edge {
        cause: &["cloud/", "credentials/", "machines/", "monitoring/", "olm/"],
        effect: OPERATORS,
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

/// The reason of the first condition in the keywords of a finding.
fn reason_of(finding: &Finding) -> Option<&str> {
    let (reason, _) = finding.keywords.lines().next()?.split_once(':')?;
    (!reason.is_empty()).then_some(reason)
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
