//! Pods, their owners, and the volumes and APIs that they need.
//!
//! The signatures are conditions and events of kubernetes/kubernetes.

use super::edge::{Edge, OPERATORS};
use super::signature::{
    always, mentions_any, mentions_listed_name, mentions_name, mentions_subject, serves_operator,
};
use crate::engine::evidence::Subject;
use crate::engine::finding::Finding;

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    // Volumes.
    Edge {
        cause: &["storage/claim-pending", "storage/claim-lost"],
        effect: &["pods/unschedulable"],
        holds: |cause, effect| {
            cause.subject.namespace == effect.subject.namespace
                && mentions_any(effect, &["PersistentVolumeClaim", "persistentvolumeclaim"])
        },
        mechanism: "the pod waits for a volume in its namespace",
    },
    Edge {
        cause: &["storage/volume-node-gone"],
        effect: &["pods/unschedulable"],
        holds: |cause, effect| {
            mentions_any(effect, &["volume node affinity"])
                && cause.keywords.contains(&format!("/{}/", effect.subject.namespace))
        },
        mechanism: "the volume of the pod is not accessible from any node",
    },
    Edge {
        cause: &["storage/attachment-stuck"],
        effect: &["pods/volume-not-mounted"],
        holds: mentions_listed_name,
        mechanism: "the pod waits for this volume",
    },
    Edge {
        cause: &["storage/driver-not-registered"],
        effect: &["pods/volume-not-mounted"],
        holds: |cause, effect| {
            mentions_any(effect, &["list of registered CSI drivers"])
                && mentions_subject(cause, effect)
        },
        mechanism: "the CSI driver of the volume does not run on the node",
    },
    Edge {
        cause: &["storage/"],
        effect: OPERATORS,
        holds: |cause, effect| {
            serves_operator(cause, effect)
                || (cause.rule.starts_with("storage/vsphere") && effect.subject.name == "storage")
        },
        mechanism: "the operator needs its volumes",
    },
    Edge {
        cause: &["storage/vsphere-too-old"],
        effect: &["update/minor-version-blocked"],
        holds: |_, effect| {
            mentions_any(
                effect,
                &["VSphereOlderVersionDetected", "check_deprecated", "un-upgradeable"],
            )
        },
        mechanism: "vSphere is too old for the next minor version",
    },
    // The API server.
    Edge {
        cause: &["etcd/"],
        effect: &["pods/leader-election-lost"],
        holds: always,
        mechanism: "leases are renewed through etcd",
    },
    Edge {
        cause: &["apiservices/"],
        effect: &["autoscaling/"],
        holds: |cause, effect| {
            cause.keywords.contains("metrics.k8s.io") && mentions_any(effect, &["metrics"])
        },
        mechanism: "the autoscaler reads metrics from this API",
    },
    // Pods and their workloads.
    Edge {
        cause: &["pods/", "workloads/pods-not-created"],
        effect: &[
            "workloads/rollout-timed-out",
            "workloads/stateful-set-held-up",
            "workloads/job-failed",
        ],
        holds: has_pods_of,
        mechanism: "these are its pods",
    },
    Edge {
        cause: &["pods/liveness-failing", "dns/coredns-loop"],
        effect: &["pods/crash-looping"],
        holds: |cause, effect| cause.subject == effect.subject,
        mechanism: "the container is restarted for this reason",
    },
    Edge {
        cause: &["pods/control-plane-only"],
        effect: &["pods/unschedulable"],
        holds: |_, effect| {
            mentions_any(
                effect,
                &["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"],
            )
        },
        mechanism: "the cluster has only control-plane nodes",
    },
    Edge {
        cause: &[
            "workloads/pods-not-created",
            "workloads/daemon-set-pods-missing",
            "workloads/scaled-to-zero",
        ],
        effect: OPERATORS,
        holds: |cause, effect| mentions_subject(cause, effect) || serves_operator(cause, effect),
        mechanism: "this is a workload of the operator",
    },
    Edge {
        cause: &["workloads/scaled-to-zero"],
        effect: &["update/stalled", "operators/status-stale"],
        holds: |cause, _| cause.subject.name == "cluster-version-operator",
        mechanism: "the cluster-version operator is not running",
    },
];

/// Whether the cause is about the same workload, or about pods in the second line of the effect's
/// keywords.
fn has_pods_of(cause: &Finding, effect: &Finding) -> bool {
    let same = |subject: &Subject| *subject == effect.subject;
    let listed = effect.keywords.lines().nth(1).unwrap_or_default();
    let mut pods = listed.split_whitespace();
    same(&cause.subject)
        || cause.members.iter().any(same)
        || pods.any(|pod| mentions_name(cause, pod) || cause.subject.name == pod)
}
