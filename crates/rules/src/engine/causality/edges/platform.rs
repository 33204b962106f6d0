//! The part of the table of edges that is about machines, credentials, clouds, monitoring and the
//! operators that OLM installs.
//!
//! The signatures are what the operators write: openshift/cluster-monitoring-operator
//! `pkg/operator/operator.go`, openshift/machine-api-operator `pkg/operator/sync.go`,
//! openshift/cloud-credential-operator `pkg/operator/utils/utils.go`,
//! openshift/operator-framework-olm `staging/operator-lifecycle-manager/pkg/controller/operators`.

use super::{
    Edge, OPERATORS, always, names, names_one_of_several, names_subject, names_webhook, says_any,
};
use crate::engine::finding::Finding;

/// The edges of the platform's helpers.
pub(super) static EDGES: &[Edge] = &[
    // Monitoring, and what it runs on.
    Edge {
        cause: &["storage/claim-pending", "storage/claim-lost"],
        effect: &["monitoring/rollout-failed"],
        holds: |cause, effect| {
            is_of_monitoring(cause)
                && says_any(effect, &["PersistentVolumeClaim", "persistentvolumeclaim"])
        },
        because: "what it rolls out waits for this volume",
    },
    Edge {
        cause: &["storage/volume-filling-up"],
        effect: &["monitoring/prometheus-disk-full"],
        holds: |cause, _| {
            cause.subject.namespace == "openshift-monitoring"
                && cause.subject.name.contains("prometheus-k8s")
        },
        because: "it is the volume of Prometheus",
    },
    Edge {
        cause: &["monitoring/prometheus-disk-full"],
        effect: &["pods/crash-looping"],
        holds: |cause, effect| names_one_of_several(cause, effect),
        because: "Prometheus ends where it cannot write",
    },
    Edge {
        cause: &["pods/"],
        effect: &["monitoring/rollout-failed", "monitoring/alerts-not-collected"],
        holds: |cause, effect| {
            is_of_monitoring(cause)
                && !says_any(effect, &["routes.route", "failed calling webhook"])
        },
        because: "the pods are those of monitoring",
    },
    Edge {
        cause: &["apiservices/", "webhooks/"],
        effect: &["monitoring/rollout-failed"],
        holds: |cause, effect| {
            if cause.rule.starts_with("webhooks/") {
                return says_any(effect, &["failed calling webhook"])
                    && names_webhook(cause, effect);
            }
            says_any(effect, &["routes.route.openshift.io"])
                && (says_any(cause, &["v1.route.openshift.io"])
                    || cause.subject.name == "v1.route.openshift.io")
        },
        because: "what it makes is refused, or its API does not answer, for this reason",
    },
    Edge {
        cause: &["monitoring/rollout-failed"],
        effect: &["kube-controller-manager/garbage-not-collected"],
        holds: |cause, effect| is_of_monitoring(cause) && says_any(effect, &["thanos-querier"]),
        because: "the operator asks the alerts of monitoring",
    },
    Edge {
        cause: &["nodes/"],
        effect: &["monitoring/targets-down"],
        holds: names_subject,
        because: "the targets are on the node",
    },
    Edge {
        cause: &["pods/"],
        effect: &["monitoring/targets-down"],
        holds: names_one_of_several,
        because: "the targets are its pods",
    },
    Edge {
        cause: &["pods/", "workloads/"],
        effect: &["monitoring/watchdog-missing", "monitoring/alerts-not-sent"],
        holds: |cause, _| is_of_monitoring(cause),
        because: "what does not run is monitoring itself",
    },
    Edge {
        cause: &["machines/"],
        effect: &["monitoring/alerts-firing"],
        holds: names_subject,
        because: "the alert names it",
    },
    // Credentials, under who needs them.
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
            says_any(effect, &["secret", "Secret"]) && names_one_of_several(cause, effect)
        },
        because: "the Secret it waits for is not made",
    },
    // Machines, under what counts them.
    Edge {
        cause: &["machines/failed", "machines/without-node"],
        effect: &["machines/workers-not-met", "machines/set-short", "operators/degraded"],
        holds: |cause, effect| {
            names(effect, &cause.subject.name)
                || cause.members.iter().any(|machine| names(effect, &machine.name))
        },
        because: "it is one of the Machines that are missing",
    },
    Edge {
        cause: &["machines/failed"],
        effect: &["machines/control-plane-set-degraded"],
        holds: |cause, effect| {
            says_any(effect, &["FailedReplacement"]) && cause.subject.name.contains("-master-")
        },
        because: "it is the replacement that failed",
    },
    Edge {
        cause: &["machines/bare-metal-host-failing"],
        effect: &["machines/without-node"],
        holds: |cause, effect| cause.keywords.lines().any(|line| line == effect.subject.name),
        because: "it is the host of the Machine",
    },
    Edge {
        cause: &["machines/approver-overwhelmed"],
        effect: &["certificates/client-requests-pending", "certificates/serving-requests-pending"],
        holds: always,
        because: "the approver ignores every request",
    },
    Edge {
        cause: &["nodes/not-ready", "nodes/kubelet-silent"],
        effect: &["machines/remediation-halted", "machines/autoscaler-unsafe"],
        holds: always,
        because: "too many nodes are not ready",
    },
    Edge {
        cause: &["nodes/not-ready", "nodes/kubelet-silent"],
        effect: &["machines/set-short"],
        holds: |cause, effect| names_subject(cause, effect) || names_one_of_several(cause, effect),
        because: "it is the node of one of its Machines",
    },
    Edge {
        cause: &["operators/unavailable", "operators/degraded"],
        effect: &["machines/autoscaler-dependency-missing"],
        holds: |cause, effect| {
            cause.subject.name == "machine-api" && says_any(effect, &["machine-api"])
        },
        because: "the autoscaler waits for this operator",
    },
    Edge {
        cause: &["nodes/"],
        effect: &["machines/deletion-stuck"],
        holds: names_subject,
        because: "it is the node of the Machine",
    },
    Edge {
        cause: &["certificates/client-requests-pending"],
        effect: &["machines/without-node"],
        holds: always,
        because: "a new node waits for its certificate",
    },
    // The cloud controller manager, under the nodes it must look at first.
    Edge {
        cause: &["cloud/", "pods/"],
        effect: &["nodes/uninitialized"],
        holds: |cause, _| {
            cause.rule.starts_with("cloud/")
                || cause.subject.namespace == "openshift-cloud-controller-manager"
        },
        because: "the cloud controller manager takes the taint away",
    },
    Edge {
        cause: &["cloud/controller-manager-degraded"],
        effect: &["pods/unschedulable"],
        holds: |_, effect| says_any(effect, &["node.cloudprovider.kubernetes.io/uninitialized"]),
        because: "the cloud controller manager takes the taint away",
    },
    // What OLM installs; nothing of it holds up an update unless its ClusterOperator says so.
    Edge {
        cause: &["pods/"],
        effect: &["olm/resolution-failed", "olm/bundle-unpack-failed"],
        holds: |cause, effect| {
            cause.subject.kind == "CatalogSource" && names(effect, &cause.subject.name)
        },
        because: "the pods are those of the catalog",
    },
    Edge {
        cause: &["okd/red-hat-catalogs"],
        effect: &["olm/catalog-unhealthy"],
        holds: |cause, effect| {
            effect.subject.namespace == "openshift-marketplace"
                && (names(cause, &effect.subject.name)
                    || cause.summary.contains(effect.subject.name.as_str()))
        },
        because: "the image of the catalog cannot be pulled",
    },
    Edge {
        cause: &["pods/"],
        effect: &["olm/catalog-unhealthy"],
        holds: |cause, effect| {
            cause.subject.namespace == effect.subject.namespace
                && cause.subject.name.starts_with(effect.subject.name.as_str())
        },
        because: "it is the pod of the catalog",
    },
    Edge {
        cause: &["olm/operator-groups-conflict"],
        effect: &["olm/csv-failed"],
        holds: |cause, effect| {
            cause.subject.name == effect.subject.namespace
                && says_any(effect, &["TooManyOperatorGroups"])
        },
        because: "a namespace may hold one OperatorGroup",
    },
    Edge {
        cause: &["pods/"],
        effect: &["olm/csv-failed", "olm/package-server-down"],
        holds: |cause, effect| {
            let namespace = &cause.subject.namespace;
            (effect.subject.namespace == *namespace || names(effect, namespace))
                && names(effect, &cause.subject.name)
        },
        because: "the pods are those of its Deployment",
    },
    // What blocks the next minor version.
    Edge {
        cause: &[
            "credentials/root-missing",
            "credentials/upgrade-annotation-missing",
            "monitoring/config-outdated",
            "olm/blocks-update",
        ],
        effect: &["update/minor-version-blocked"],
        holds: |cause, effect| reason_of(cause).is_some_and(|reason| names(effect, reason)),
        because: "its operator blocks the next minor version for this reason",
    },
    // Each under the operator that reports it.
    Edge {
        cause: &["cloud/", "credentials/", "machines/", "monitoring/", "olm/"],
        effect: OPERATORS,
        holds: |cause, effect| operator_of(cause.rule) == Some(effect.subject.name.as_str()),
        because: "it is what the operator reports",
    },
];

/// Whether a finding is about what the platform's monitoring runs.
fn is_of_monitoring(finding: &Finding) -> bool {
    matches!(
        finding.subject.namespace.as_str(),
        "openshift-monitoring" | "openshift-user-workload-monitoring"
    )
}

/// The reason a finding quotes first.
fn reason_of(finding: &Finding) -> Option<&str> {
    let (reason, _) = finding.keywords.lines().next()?.split_once(':')?;
    (!reason.is_empty()).then_some(reason)
}

/// The ClusterOperator that reports what a rule finds, where it is read from nothing else.
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
