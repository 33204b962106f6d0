//! The part of the table of edges that is about pods, what owns them and what they mount.
//!
//! The signatures are what kubernetes/kubernetes writes into conditions and events.

use super::{
    Edge, OPERATORS, always, names, names_one_of_several, names_subject, says_any, serves_operator,
};
use crate::engine::evidence::Subject;
use crate::engine::finding::Finding;

/// The edges of pods.
pub(super) static EDGES: &[Edge] = &[
    // Volumes, under the pods that wait for them.
    Edge {
        cause: &["storage/claim-pending", "storage/claim-lost"],
        effect: &["pods/unschedulable"],
        holds: |cause, effect| {
            cause.subject.namespace == effect.subject.namespace
                && says_any(effect, &["PersistentVolumeClaim", "persistentvolumeclaim"])
        },
        because: "the pod waits for a volume of its namespace",
    },
    Edge {
        cause: &["storage/volume-node-gone"],
        effect: &["pods/unschedulable"],
        holds: |cause, effect| {
            says_any(effect, &["volume node affinity"])
                && cause.keywords.contains(&format!("/{}/", effect.subject.namespace))
        },
        because: "the pod's volume can be reached from no node",
    },
    Edge {
        cause: &["storage/attachment-stuck"],
        effect: &["pods/volume-not-mounted"],
        holds: names_one_of_several,
        because: "the pod waits for this volume",
    },
    Edge {
        cause: &["storage/driver-not-registered"],
        effect: &["pods/volume-not-mounted"],
        holds: |cause, effect| {
            says_any(effect, &["list of registered CSI drivers"]) && names_subject(cause, effect)
        },
        because: "the node does not run the driver of the volume",
    },
    Edge {
        cause: &["storage/"],
        effect: OPERATORS,
        holds: |cause, effect| {
            serves_operator(cause, effect)
                || (cause.rule.starts_with("storage/vsphere") && effect.subject.name == "storage")
        },
        because: "the operator needs its volumes",
    },
    Edge {
        cause: &["storage/vsphere-too-old"],
        effect: &["update/minor-version-blocked"],
        holds: |_, effect| {
            says_any(effect, &["VSphereOlderVersionDetected", "check_deprecated", "un-upgradeable"])
        },
        because: "vSphere is too old for the next minor version",
    },
    // The API server, under who asks it.
    Edge {
        cause: &["etcd/"],
        effect: &["pods/leader-election-lost"],
        holds: always,
        because: "leases are renewed through etcd",
    },
    Edge {
        cause: &["apiservices/"],
        effect: &["autoscaling/"],
        holds: |cause, effect| {
            cause.keywords.contains("metrics.k8s.io") && says_any(effect, &["metrics"])
        },
        because: "measurements come through this API",
    },
    // Pods, under what waits for them, and what is wrong with them.
    Edge {
        cause: &["pods/", "workloads/pods-not-created"],
        effect: &[
            "workloads/rollout-timed-out",
            "workloads/stateful-set-held-up",
            "workloads/job-failed",
        ],
        holds: has_pods_of,
        because: "they are its pods",
    },
    Edge {
        cause: &["pods/liveness-failing", "dns/coredns-loop"],
        effect: &["pods/crash-looping"],
        holds: |cause, effect| cause.subject == effect.subject,
        because: "the container is ended for it",
    },
    Edge {
        cause: &["pods/control-plane-only"],
        effect: &["pods/unschedulable"],
        holds: |_, effect| {
            says_any(
                effect,
                &["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"],
            )
        },
        because: "the only nodes are those of the control plane",
    },
    Edge {
        cause: &[
            "workloads/pods-not-created",
            "workloads/daemon-set-pods-missing",
            "workloads/scaled-to-zero",
        ],
        effect: OPERATORS,
        holds: |cause, effect| names_subject(cause, effect) || serves_operator(cause, effect),
        because: "the workload is the operator's",
    },
    Edge {
        cause: &["workloads/scaled-to-zero"],
        effect: &["update/stalled", "operators/status-stale"],
        holds: |cause, _| cause.subject.name == "cluster-version-operator",
        because: "the cluster-version operator does not run",
    },
];

/// Whether the cause is about the same workload, or about pods that the second line of the effect's
/// words lists.
fn has_pods_of(cause: &Finding, effect: &Finding) -> bool {
    let same = |subject: &Subject| *subject == effect.subject;
    let waited_for = effect.keywords.lines().nth(1).unwrap_or_default();
    let mut pods = waited_for.split_whitespace();
    same(&cause.subject)
        || cause.members.iter().any(same)
        || pods.any(|pod| names(cause, pod) || cause.subject.name == pod)
}
