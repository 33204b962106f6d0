//! One edge of the table: the rules it connects, and the sign of the cause in the effect.

use crate::engine::finding::Finding;

/// One way in which a failure causes another.
pub(crate) struct Edge {
    /// Rules that can be the cause: ids, or areas with a slash.
    pub(crate) cause: &'static [&'static str],
    /// Rules that can be the effect.
    pub(crate) effect: &'static [&'static str],
    /// Whether the keywords of the effect show the signature of the cause.
    pub(crate) holds: fn(&Finding, &Finding) -> bool,
    /// How the cause leads to the effect.
    pub(crate) mechanism: &'static str,
}

/// The rules that report the conditions of ClusterOperators.
pub(super) const OPERATORS: &[&str] = &[
    "operators/unavailable",
    "operators/degraded",
    "operators/rollout-stuck",
    "operators/status-stale",
];
