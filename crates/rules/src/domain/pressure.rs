//! Nodes under pressure, whose kubelet evicts pods.
//!
//! Source: kubernetes/kubernetes `pkg/kubelet/eviction`, `pkg/kubelet/events/event.go`.

use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Node;

use super::node::node_events;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::quoting::excerpt;
use crate::terms::verdict::{NotJudged, not_applicable};

/// A pressure condition of nodes.
pub struct Pressure {
    /// The condition: `DiskPressure`.
    pub condition: &'static str,
    /// The resource that is low, in words.
    pub low_on: &'static str,
    /// Reasons of events that report the same.
    pub events: &'static [&'static str],
}

impl Pressure {
    /// What a rule about the pressure finds on a node.
    pub fn judge(
        &self,
        cx: &RuleContext<'_>,
        node: &Resource,
    ) -> Result<Option<Finding>, NotJudged> {
        let Self { condition: kind, low_on, events } = self;
        let node = Node::of(node);
        let name = node.name();
        let condition = node.condition(kind);
        let condition =
            condition.ok_or_else(|| not_applicable(format!("node {name} reports no {kind}")))?;
        if !condition.is_true() {
            return Ok(None);
        }
        let message = condition.message();
        let summary = format!("node {name} is low on {low_on} ({kind}) and evicts pods");
        let shown = format!("the kubelet reports: {}", excerpt(&message));
        let evidence = Evidence::condition(node.resource(), condition, shown);
        let finding = Finding::new(Subject::view(node), summary, evidence)
            .since(condition.since())
            .keywords(name)
            .keywords(condition.reason())
            .keywords(&message)
            .evidence(node_events(cx, name, events, |_| true));
        Ok(Some(finding))
    }
}
