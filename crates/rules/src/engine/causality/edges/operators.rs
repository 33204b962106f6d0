//! Pods, and settings of the cluster, as causes of problems of the operators.

use super::edge::{Edge, OPERATORS};
use super::link::Link;
use super::signature::{always, any, mentions_any, operator, served_operators, subject};

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    // Pods.
    Edge {
        cause: &["pods/"],
        effect: &[
            "operators/",
            "static-pods/",
            "network/",
            "update/workload-not-available",
            "dns/",
            "ingress/",
            "authentication/",
            "console/",
            "registry/",
        ],
        link: &[Link::SameSubject, Link::Names(subject), Link::Same(served_operators, operator)],
        holds: always,
        mechanism: "these are pods of the operator",
    },
    // Settings of the cluster.
    Edge {
        cause: &["proxy/"],
        effect: OPERATORS,
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["with proxy(", "in NO_PROXY("]),
        mechanism: "its message shows a host that cannot be reached through the proxy",
    },
    Edge {
        cause: &["quota/"],
        effect: &["operators/", "update/workload-not-available"],
        link: &[Link::Every(any)],
        holds: |_, effect| mentions_any(effect, &["exceeded quota", "failed quota"]),
        mechanism: "its pods are rejected",
    },
    Edge {
        cause: &["pods/"],
        effect: &["update/operator-down"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "these are pods of the cluster-version operator",
    },
];
