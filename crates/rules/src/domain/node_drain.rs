//! A drain of a node by the machine-config operator, and what its controller logs about it.
//!
//! Source: openshift/machine-config-operator `pkg/controller/drain/drain_controller.go`: the
//! controller retries after one minute, and after ten minutes every five minutes.

use mustknow_cluster::model::log::{LogHits, LogLine, LogPattern};
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::Node;

use super::node::is_draining;
use crate::terms::context::RuleContext;

/// Older log lines are ignored.
const RECENT: Span = Span::minutes(30);

/// A drain that is in progress.
#[derive(Clone, Copy)]
pub struct NodeDrain<'s> {
    /// The node.
    pub node: Node<'s>,
    /// When the node was cordoned for it, if this is known.
    pub since: Option<Time>,
}

impl<'s> NodeDrain<'s> {
    /// The drains in progress.
    pub fn all(cx: &RuleContext<'s>) -> impl Iterator<Item = Self> {
        let draining = cx.all::<Node<'s>>().filter(|node| is_draining(*node));
        draining.map(|node| Self { node, since: node.cordoned_since() })
    }

    /// Whether something happened during this drain: messages from before the node was cordoned
    /// belong to an earlier one.
    pub fn includes(self, time: Option<Time>) -> bool {
        time.is_some_and(|time| self.since.is_none_or(|since| time >= since))
    }

    /// Whether a line of the controller names the node.
    pub fn is_named_in(self, line: &LogLine) -> bool {
        line.text.contains(&format!("node {}:", self.node.name()))
    }

    /// The recent line of each log that `is_about` this drain: other nodes may be drained at the
    /// same time.
    pub fn lines(
        self,
        cx: &RuleContext<'s>,
        pattern: &'static LogPattern,
        is_about: impl Fn(&LogLine) -> bool,
    ) -> Vec<(&'s LogHits, &'s LogLine)> {
        let is_meant = |line: &&LogLine| {
            self.includes(line.time) && cx.is_recent(line.time, RECENT) && is_about(line)
        };
        cx.log_hits(pattern).filter_map(|hits| Some((hits, hits.lines().find(is_meant)?))).collect()
    }
}
