//! What is known exactly, over what another rule knows of it in general only.
//!
//! Two rules may look at one failure from two sides. The one that knows the mechanism leads; the other
//! is how it shows.

use super::{Edge, always, names_subject, says_any};
use crate::engine::finding::Finding;

/// The edges of rules that know more than others.
pub(super) static EDGES: &[Edge] = &[
    Edge {
        cause: &["okd/network-type-changed-early"],
        effect: &["network/config-invalid", "network/type-mismatch"],
        holds: always,
        because: "the network operator refuses the change for this reason",
    },
    Edge {
        cause: &["okd/ovnkube-daemonset-invalid"],
        effect: &["network/apply-failed"],
        holds: |cause, effect| says_any(effect, &[&cause.subject.name]),
        because: "it is this DaemonSet that cannot be applied",
    },
    Edge {
        cause: &["quota/exhausted", "quota/limit-range-violated"],
        effect: &["pods/creation-refused", "workloads/pods-not-created"],
        holds: |cause, effect| {
            is_in_its_namespace(cause, effect)
                && says_any(effect, &["exceeded quota", "failed quota", "usage per"])
        },
        because: "its pods are refused for this reason",
    },
    Edge {
        cause: &["workloads/scaled-to-zero"],
        effect: &["update/operator-down"],
        holds: |cause, effect| {
            cause.subject.name == "cluster-version-operator"
                && says_any(effect, &["cluster-version-operator"])
        },
        because: "somebody scaled it down",
    },
    Edge {
        cause: &["olm/catalog-unhealthy"],
        effect: &["olm/resolution-failed", "olm/bundle-unpack-failed"],
        holds: |cause, effect| says_any(effect, &[&cause.subject.name]),
        because: "nothing is resolved while this catalog does not answer",
    },
    Edge {
        cause: &["nodes/no-workers"],
        effect: &["pods/control-plane-only", "ingress/nodes-missing"],
        holds: always,
        because: "there is no other node that may run them",
    },
    Edge {
        cause: &["etcd/clock-drift", "nodes/clock-ahead", "nodes/clock-not-synchronised"],
        effect: &["certificates/not-yet-valid"],
        holds: always,
        because: "a clock that is ahead makes certificates whose time has not come",
    },
    // An alert is how what others found shows in numbers.
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
        holds: names_subject,
        because: "the alert names it",
    },
    Edge {
        cause: &["etcd/"],
        effect: &["monitoring/alerts-firing"],
        holds: |_, effect| effect.subject.name.starts_with("etcd"),
        because: "the alert is one of etcd's",
    },
];

/// Whether the effect is in a namespace the cause is about.
fn is_in_its_namespace(cause: &Finding, effect: &Finding) -> bool {
    let namespace = &effect.subject.namespace;
    cause.subject.namespace == *namespace || cause.keywords.contains(&format!("/{namespace}/"))
}
