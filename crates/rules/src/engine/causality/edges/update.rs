//! Operators and pools, as causes of stuck updates and installations.

use super::edge::Edge;
use super::link::Link;
use super::pools::POOLS;
use super::signature::{always, any, is_above_info, mentions_any, subject};
use crate::terms::finding::Finding;

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    Edge {
        cause: &["operators/"],
        effect: &["update/"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "the update waits for this operator",
    },
    Edge {
        cause: &["static-pods/", "network/", "apiservices/", "etcd/"],
        effect: &["update/"],
        link: &[Link::Names(subject)],
        holds: is_about_progress,
        mechanism: "the message of the update names it",
    },
    Edge {
        cause: POOLS,
        effect: &["update/"],
        link: &[Link::Names(subject)],
        holds: is_about_progress,
        mechanism: "the message of the update names it",
    },
    // Nodes are updated last, and machine-config reports for their pools.
    Edge {
        cause: POOLS,
        effect: &["update/stalled", "update/operators-slow"],
        link: &[Link::Every(is_above_info)],
        holds: |_, effect| mentions_any(effect, &["machine-config"]),
        mechanism: "the update waits for the pools of machine-config",
    },
    // Installations.
    Edge {
        cause: &["install/bootstrap-unfinished"],
        effect: &["install/unfinished"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "the installation waits for its bootstrap",
    },
    Edge {
        cause: &["operators/"],
        effect: &["install/unfinished"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "the installation waits for this operator",
    },
    Edge {
        cause: &[
            "update/operators-not-available",
            "update/operators-degraded",
            "update/operators-slow",
        ],
        effect: &["update/stalled"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "the update is stuck for this reason",
    },
    Edge {
        cause: &[
            "update/operator-down",
            "update/capabilities-rejected",
            "update/stored-version-removed",
            "update/resource-rejected",
            "update/control-plane-unreachable",
            "update/workload-not-available",
            "update/payload-not-loaded",
            "update/release-not-verified",
            "update/preconditions-failed",
            "update/failing-for-another-reason",
        ],
        effect: &["update/stalled"],
        link: &[Link::Every(any)],
        holds: always,
        mechanism: "the update is stuck for this reason",
    },
];

/// Whether the effect is about the update itself and not about the list of updates.
fn is_about_progress(_: &Finding, effect: &Finding) -> bool {
    effect.rule != "update/updates-not-retrieved"
}
