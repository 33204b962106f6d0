//! Operators and pools, as causes of stuck updates and installations.

use super::edge::Edge;
use super::pools::POOLS;
use super::signature::{always, mentions_any, mentions_subject};
use crate::engine::finding::Finding;
use crate::engine::meta::Severity;

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    Edge {
        cause: &["operators/"],
        effect: &["update/"],
        holds: mentions_subject,
        mechanism: "the update waits for this operator",
    },
    Edge {
        cause: &["static-pods/", "network/", "apiservices/", "etcd/"],
        effect: &["update/"],
        holds: named_by_update,
        mechanism: "the message of the update names it",
    },
    Edge {
        cause: POOLS,
        effect: &["update/"],
        holds: named_by_update,
        mechanism: "the message of the update names it",
    },
    // Nodes are updated last, and machine-config reports for their pools.
    Edge {
        cause: POOLS,
        effect: &["update/stalled", "update/operators-slow"],
        holds: |cause, effect| {
            mentions_any(effect, &["machine-config"]) && cause.severity > Some(Severity::Info)
        },
        mechanism: "the update waits for the pools of machine-config",
    },
    // Installations.
    Edge {
        cause: &["install/bootstrap-unfinished"],
        effect: &["install/unfinished"],
        holds: always,
        mechanism: "the installation waits for its bootstrap",
    },
    Edge {
        cause: &["operators/"],
        effect: &["install/unfinished"],
        holds: mentions_subject,
        mechanism: "the installation waits for this operator",
    },
    Edge {
        cause: &[
            "update/operators-not-available",
            "update/operators-degraded",
            "update/operators-slow",
        ],
        effect: &["update/stalled"],
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
        holds: always,
        mechanism: "the update is stuck for this reason",
    },
];

fn named_by_update(cause: &Finding, effect: &Finding) -> bool {
    mentions_subject(cause, effect) && effect.rule != "update/updates-not-retrieved"
}
