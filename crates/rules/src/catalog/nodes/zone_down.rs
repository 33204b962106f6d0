//! Zone with all nodes down.
//!
//! # Why it matters
//!
//! All nodes of one zone are down while other zones work. The cause is the zone (its power, its
//! network, its hypervisors, or the cloud itself), not the individual nodes. Volumes of the zone
//! cannot be attached in other zones, so pods that use them stay unavailable until the zone is
//! back.
//!
//! # What to do
//!
//! Check the status of the zone with its provider, and the network between it and the other zones.
//!
//! # Blind spots
//!
//! Zones are identified by the label `topology.kubernetes.io/zone`. A zone with a single node is
//! not reported.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
//!   (`stateFullDisruption`)

use std::collections::BTreeMap;

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::views::{Condition, Node};

use crate::catalog::prelude::*;
use crate::domain::is_rebooting;
use crate::engine::{Persistence, client, pluralize};

pub(super) static META: Meta = Meta {
    id: "nodes/zone-down",
    title: "zone with all nodes down",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

/// The current label, and the one before 1.17.
const LABELS: [&str; 2] = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];
/// The minimum number of nodes of a zone.
const LEAST: usize = 2;
/// How long nodes may be unavailable at the same time.
const GRACE: Span = Span::minutes(5);

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut zones: BTreeMap<String, Vec<Node<'_>>> = BTreeMap::new();
    for node in cx.all::<Node<'_>>() {
        let zone = LABELS.iter().find_map(|label| node.resource().label(label));
        if let Some(zone) = zone.filter(|zone| !zone.is_empty()) {
            zones.entry(zone.into_owned()).or_default().push(node);
        }
    }
    if zones.len() < 2 {
        return Verdict::NotApplicable("the nodes are not spread over several zones".to_owned());
    }
    let down: Vec<_> = zones.iter().filter(|(_, nodes)| is_down(cx, nodes)).collect();
    // If every zone is down, the problem is the cluster, not a zone.
    if down.len() == zones.len() {
        return Verdict::Healthy { examined: zones.len() };
    }
    let findings = down.into_iter().filter_map(|(zone, nodes)| finding(cx, zone, nodes)).collect();
    Verdict::over(zones.len(), findings, "no zone")
}

fn is_down(cx: &RuleContext<'_>, nodes: &[Node<'_>]) -> bool {
    nodes.len() >= LEAST
        && nodes.iter().all(|node| {
            let ready = node.condition("Ready").filter(|ready| !ready.is_true());
            ready.is_some_and(|ready| !is_rebooting(cx, *node, ready.since()))
        })
}

fn finding(cx: &RuleContext<'_>, zone: &str, nodes: &[Node<'_>]) -> Option<Finding> {
    let names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    let since = |node: &Node<'_>| node.condition("Ready").and_then(Condition::since);
    let down_since = nodes.iter().filter_map(since).max();
    let mut evidence = nodes.iter().filter_map(|node| {
        let ready = node.condition("Ready")?;
        let note = format!("node {} is in the zone: {}", node.name(), ready.reason());
        Some(Evidence::condition(node.resource(), ready, note))
    });
    let summary = format!("all {} of zone {zone} are down", pluralize(names.len(), "node"));
    let finding = Finding::new(Subject::cluster("Zone", zone), summary, evidence.next()?)
        .evidence(evidence.take(5))
        .since(down_since)
        .likely("it is inferred from the nodes that the zone is the cause")
        .keywords(names.join(" "))
        .keywords(zone)
        .why(
            "All nodes of the zone are down while other zones work. Nodes of a zone share power, \
             network and hypervisors. Volumes of the zone cannot be attached in other zones.",
        )
        .remedy(
            Remedy::new("Check the status of the zone with its provider.")
                .command(format!("{} get nodes -L topology.kubernetes.io/zone", client(cx)))
                .verify(format!("{} get nodes", client(cx))),
        );
    let finding = nodes
        .iter()
        .fold(finding, |finding, node| finding.explains(Subject::view(*node), node.name()));
    let is_vital = nodes.iter().any(|node| node.is_control_plane());
    let usual = if is_vital { Severity::Critical } else { Severity::Error };
    Some(Persistence::of(cx, down_since, GRACE).apply(finding, usual))
}
