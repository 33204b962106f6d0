//! Nodes whose kubelet is short of something and evicts pods.
//!
//! Source: kubernetes/kubernetes `pkg/kubelet/eviction`, `pkg/kubelet/events/event.go`.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Node;

use super::node::node_events;
use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::finding::Finding;
use crate::engine::quoting::excerpt;
use crate::engine::verdict::Verdict;

/// What a kubelet can be short of.
pub struct Pressure {
    /// The condition: `DiskPressure`.
    pub condition: &'static str,
    /// What it is short of, in words.
    pub short_of: &'static str,
    /// Reasons of events that say the same.
    pub events: &'static [&'static str],
}

/// A finding for every node under this pressure, completed by `complete`.
pub fn pressed(
    cx: &RuleContext<'_>,
    pressure: &Pressure,
    complete: impl Fn(Finding, Node<'_>) -> Finding,
) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        let Some(condition) = node.condition(pressure.condition) else { continue };
        examined += 1;
        if !condition.is_true() {
            continue;
        }
        let name = node.name();
        let Pressure { condition: kind, short_of, events } = pressure;
        let message = condition.message();
        let summary = format!("node {name} is short of {short_of} ({kind}) and evicts pods");
        let note = format!("the kubelet says: {}", excerpt(&message));
        let evidence = Evidence::condition(node.resource(), condition, note);
        let finding = Finding::new(Subject::view(node), summary, evidence)
            .since(condition.since())
            .keywords(name)
            .keywords(condition.reason())
            .keywords(&message)
            .evidence(node_events(cx, name, events, |_| true));
        findings.push(complete(finding, node));
    }
    Verdict::over(examined, findings, "no node in the archive reports this condition")
}
