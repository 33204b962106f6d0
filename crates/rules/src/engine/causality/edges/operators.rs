//! Pods, and settings of the cluster, as causes of problems of the operators.

use super::edge::{Edge, OPERATORS};
use super::signature::{mentions_any, mentions_subject, serves_operator};

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
        holds: |cause, effect| {
            cause.subject == effect.subject
                || mentions_subject(cause, effect)
                || serves_operator(cause, effect)
        },
        mechanism: "these are pods of the operator",
    },
    // Settings of the cluster.
    Edge {
        cause: &["proxy/"],
        effect: OPERATORS,
        holds: |_, effect| mentions_any(effect, &["with proxy(", "in NO_PROXY("]),
        mechanism: "its message shows a host that cannot be reached through the proxy",
    },
    Edge {
        cause: &["quota/"],
        effect: &["operators/", "update/workload-not-available"],
        holds: |_, effect| mentions_any(effect, &["exceeded quota", "failed quota"]),
        mechanism: "its pods are rejected",
    },
    Edge {
        cause: &["pods/"],
        effect: &["update/operator-down"],
        holds: mentions_subject,
        mechanism: "these are pods of the cluster-version operator",
    },
];
