//! Nodes under pressure, whose kubelet evicts pods.
//!
//! Source: kubernetes/kubernetes `pkg/kubelet/eviction`, `pkg/kubelet/events/event.go`.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Node;

use super::node::node_events;
use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::finding::Finding;
use crate::engine::quoting::excerpt;
use crate::engine::verdict::{Checked, Judged};

/// A pressure condition of nodes.
pub struct Pressure {
    /// The condition: `DiskPressure`.
    pub condition: &'static str,
    /// The resource that is low, in words.
    pub low_on: &'static str,
    /// Reasons of events that report the same.
    pub events: &'static [&'static str],
}

/// What a rule about a pressure finds: a finding for each node that has it. `complete` adds
/// what is specific to the rule.
pub fn judge_pressure(
    cx: &RuleContext<'_>,
    pressure: &Pressure,
    complete: impl Fn(Finding, Node<'_>) -> Finding,
) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        let Some(condition) = node.condition(pressure.condition) else { continue };
        examined += 1;
        if !condition.is_true() {
            continue;
        }
        let name = node.name();
        let Pressure { condition: kind, low_on, events } = pressure;
        let message = condition.message();
        let summary = format!("node {name} is low on {low_on} ({kind}) and evicts pods");
        let note = format!("the kubelet reports: {}", excerpt(&message));
        let evidence = Evidence::condition(node.resource(), condition, note);
        let finding = Finding::new(Subject::view(node), summary, evidence)
            .since(condition.since())
            .keywords(name)
            .keywords(condition.reason())
            .keywords(&message)
            .evidence(node_events(cx, name, events, |_| true));
        findings.push(complete(finding, node));
    }
    Ok(Checked::over(examined, findings))
}
