//! One edge of the table: the rules it connects, and the sign of the cause in the effect.

use super::link::Link;
use crate::terms::finding::Finding;

/// One way in which a failure causes another.
pub(crate) struct Edge {
    /// Rules that can be the cause: ids, or areas with a slash.
    pub(crate) cause: &'static [&'static str],
    /// Rules that can be the effect.
    pub(crate) effect: &'static [&'static str],
    /// What connects the two: one of these.
    pub(crate) link: &'static [Link],
    /// What else must hold: what the keywords of the effect show of the cause.
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

impl Edge {
    /// Whether it connects findings about the same object, such as its deletion and its status.
    pub(crate) fn joins_the_same(&self) -> bool {
        self.link.iter().any(|link| matches!(link, Link::SameSubject))
    }

    /// Whether the cause explains the effect in this way; both are of its rules.
    pub(crate) fn explains(&self, cause: &Finding, effect: &Finding) -> bool {
        (self.holds)(cause, effect) && self.link.iter().any(|link| link.connects(cause, effect))
    }
}
