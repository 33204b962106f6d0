//! Specific rules, as causes of what general rules find.
//!
//! Two rules can find the same failure in different ways. The one that knows the mechanism is the
//! cause, and the other shows its effect.

use super::edge::Edge;
use super::link::Link;
use super::signature::{
    always, any, mentions_any, namespace, own_namespace, subject, subject_namespace,
};
use crate::terms::finding::Finding;

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    Edge {
        cause: &["okd/network-type-changed-early"],
        effect: &["network/config-invalid", "network/type-mismatch"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "the network operator rejects the change for this reason",
    },
    Edge {
        cause: &["okd/ovnkube-daemonset-invalid"],
        effect: &["network/apply-failed"],
        link: &[Link::Every(any)],
        holds: |cause, effect| mentions_any(effect, &[&cause.subject.name]),
        mechanism: "this is the DaemonSet that cannot be applied",
    },
    Edge {
        cause: &["quota/exhausted", "quota/limit-range-violated"],
        effect: &["pods/creation-refused", "workloads/pods-not-created"],
        link: &[Link::Same(own_namespace, namespace), Link::NamedBy(subject_namespace)],
        holds: |cause, effect| {
            is_in_its_namespace(cause, effect)
                && mentions_any(effect, &["exceeded quota", "failed quota", "usage per"])
        },
        mechanism: "its pods are rejected for this reason",
    },
    Edge {
        cause: &["workloads/scaled-to-zero"],
        effect: &["update/operator-down"],
        link: &[Link::Every(|cause| cause.subject.name == "cluster-version-operator")],
        holds: |_, effect| mentions_any(effect, &["cluster-version-operator"]),
        mechanism: "it was scaled down",
    },
    Edge {
        cause: &["olm/catalog-unhealthy"],
        effect: &["olm/resolution-failed", "olm/bundle-unpack-failed"],
        link: &[Link::Every(any)],
        holds: |cause, effect| mentions_any(effect, &[&cause.subject.name]),
        mechanism: "dependencies cannot be resolved while this catalog does not respond",
    },
    Edge {
        cause: &["nodes/no-workers"],
        effect: &["pods/control-plane-only", "ingress/nodes-missing"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "no other node can run them",
    },
    Edge {
        cause: &["etcd/clock-drift", "nodes/clock-ahead", "nodes/clock-not-synchronised"],
        effect: &["certificates/not-yet-valid"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "a clock that is ahead issues certificates that are not yet valid",
    },
    // Alerts about what other rules found.
    Edge {
        cause: &[
            "certificates/",
            "ingress/",
            "machineconfig/",
            "network/",
            "nodes/",
            "pods/",
            "storage/",
            "workloads/",
        ],
        effect: &["monitoring/alerts-firing"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "the alert names it",
    },
    Edge {
        cause: &["etcd/"],
        effect: &["monitoring/alerts-firing"],
        link: &[Link::Every(any)],
        holds: |_, effect| effect.subject.name.starts_with("etcd"),
        mechanism: "this is an alert of etcd",
    },
];

/// Whether the effect is in a namespace of the cause.
fn is_in_its_namespace(cause: &Finding, effect: &Finding) -> bool {
    let namespace = &effect.subject.namespace;
    cause.subject.namespace == *namespace || cause.keywords.contains(&format!("/{namespace}/"))
}
