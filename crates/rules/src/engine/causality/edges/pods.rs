//! Pods, their owners, and the volumes and APIs that they need.
//!
//! The signatures are conditions and events of kubernetes/kubernetes.

use super::edge::{Edge, OPERATORS};
use super::link::Link;
use super::signature::Name;
use super::signature::{
    always, any, listed, mentions_any, name, namespace, operator, own_namespace, served_operators,
    subject, subject_namespace,
};
use crate::terms::finding::Finding;

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    // Volumes.
    Edge {
        cause: &["storage/claim-pending", "storage/claim-lost"],
        effect: &["pods/unschedulable"],
        link: &[Link::Same(own_namespace, namespace)],
        holds: |_, effect| {
            mentions_any(effect, &["PersistentVolumeClaim", "persistentvolumeclaim"])
        },
        mechanism: "the pod waits for a volume in its namespace",
    },
    Edge {
        cause: &["storage/volume-node-gone"],
        effect: &["pods/unschedulable"],
        link: &[Link::NamedBy(subject_namespace)],
        holds: |cause, effect| {
            mentions_any(effect, &["volume node affinity"])
                && cause.keywords.contains(&format!("/{}/", effect.subject.namespace))
        },
        mechanism: "the volume of the pod is not accessible from any node",
    },
    Edge {
        cause: &["storage/attachment-stuck"],
        effect: &["pods/volume-not-mounted"],
        link: &[Link::Names(listed)],
        holds: always,
        mechanism: "the pod waits for this volume",
    },
    Edge {
        cause: &["storage/driver-not-registered"],
        effect: &["pods/volume-not-mounted"],
        link: &[Link::Names(subject)],
        holds: |_, effect| mentions_any(effect, &["list of registered CSI drivers"]),
        mechanism: "the CSI driver of the volume does not run on the node",
    },
    Edge {
        cause: &["storage/"],
        effect: OPERATORS,
        link: &[Link::Same(served_operators, operator), Link::Same(vsphere_operator, name)],
        holds: always,
        mechanism: "the operator needs its volumes",
    },
    Edge {
        cause: &["storage/vsphere-too-old"],
        effect: &["update/minor-version-blocked"],
        link: &[Link::Every(any)],
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
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "leases are renewed through etcd",
    },
    Edge {
        cause: &["apiservices/"],
        effect: &["autoscaling/"],
        link: &[Link::Every(|cause| cause.keywords.contains("metrics.k8s.io"))],
        holds: |_, effect| mentions_any(effect, &["metrics"]),
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
        link: &[Link::SameSubject, Link::NamedBy(listed_pods)],
        // Other namespaces have pods of the same name, such as `redis-0`.
        holds: |cause, effect| {
            let namespace = &cause.subject.namespace;
            namespace.is_empty() || *namespace == effect.subject.namespace
        },
        mechanism: "these are its pods",
    },
    Edge {
        cause: &["pods/liveness-failing", "dns/coredns-loop"],
        effect: &["pods/crash-looping"],
        link: &[Link::SameSubject],
        holds: always,
        mechanism: "the container is restarted for this reason",
    },
    Edge {
        cause: &["pods/control-plane-only"],
        effect: &["pods/unschedulable"],
        link: &[Link::Every(any)],
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
        link: &[Link::Names(subject), Link::Same(served_operators, operator)],
        holds: always,
        mechanism: "this is a workload of the operator",
    },
    Edge {
        cause: &["workloads/scaled-to-zero"],
        effect: &["update/stalled", "operators/status-stale"],
        link: &[Link::Every(|cause| cause.subject.name == "cluster-version-operator")],
        holds: always,
        mechanism: "the cluster-version operator is not running",
    },
];

/// The operator that reports the findings about vSphere.
fn vsphere_operator(finding: &Finding) -> Vec<&str> {
    if finding.rule.starts_with("storage/vsphere") { vec!["storage"] } else { Vec::new() }
}

/// The pods in the second line of the keywords; their nodes, which run other pods too, are in the third.
fn listed_pods(finding: &Finding) -> Vec<Name<'_>> {
    let listed = finding.keywords.lines().nth(1).unwrap_or_default();
    listed.split_whitespace().map(|pod| [pod, ""]).collect()
}
