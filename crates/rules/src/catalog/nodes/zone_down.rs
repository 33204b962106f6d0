//! A zone of which every node is down.
//!
//! # Why it matters
//!
//! All nodes of one zone are lost together while other zones work. That is the zone: its power, its
//! network, its hypervisors, or the cloud itself, not the nodes one by one. Volumes of the zone
//! cannot be attached elsewhere, so pods that have one stay away until it is back.
//!
//! # What to do
//!
//! Look at the status of the zone with whoever runs it, and at the network between it and the
//! others.
//!
//! # Blind spots
//!
//! Zones are told by the label `topology.kubernetes.io/zone`. A zone of a single node is a node.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
//!   (`stateFullDisruption`)

use std::collections::BTreeMap;

use mustknow_gather::kinds::{Condition, NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{Patience, client, count, is_rebooting};

pub(super) static META: Meta = Meta {
    id: "nodes/zone-down",
    title: "a zone of which every node is down",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

/// The label of today, and the one of before 1.17.
const LABELS: [&str; 2] = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];
/// How many nodes make a zone.
const LEAST: usize = 2;
/// How long nodes may be away at the same time.
const GRACE: Span = Span::minutes(5);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut zones: BTreeMap<String, Vec<Node<'_>>> = BTreeMap::new();
    for node in case.all::<Node<'_>>() {
        let zone = LABELS.iter().find_map(|label| node.resource().label(label));
        if let Some(zone) = zone.filter(|zone| !zone.is_empty()) {
            zones.entry(zone.into_owned()).or_default().push(node);
        }
    }
    if zones.len() < 2 {
        return Verdict::NotApplicable("the nodes are not spread over several zones".to_owned());
    }
    let down: Vec<_> = zones.iter().filter(|(_, nodes)| is_down(case, nodes)).collect();
    // Where nothing is up it is the cluster, not a zone of it.
    if down.len() == zones.len() {
        return Verdict::Healthy { examined: zones.len() };
    }
    let findings =
        down.into_iter().filter_map(|(zone, nodes)| finding(case, zone, nodes)).collect();
    Verdict::over(zones.len(), findings, "no zone")
}

fn is_down(case: &Case<'_>, nodes: &[Node<'_>]) -> bool {
    nodes.len() >= LEAST
        && nodes.iter().all(|node| {
            let ready = node.condition("Ready").filter(|ready| !ready.is_true());
            ready.is_some_and(|ready| !is_rebooting(case, *node, ready.since()))
        })
}

fn finding(case: &Case<'_>, zone: &str, nodes: &[Node<'_>]) -> Option<Finding> {
    let names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    let since = |node: &Node<'_>| node.condition("Ready").and_then(Condition::since);
    let down_since = nodes.iter().filter_map(since).max();
    let mut evidence = nodes.iter().filter_map(|node| {
        let ready = node.condition("Ready")?;
        let note = format!("node {} is in the zone: {}", node.name(), ready.reason());
        Some(Evidence::condition(node.resource(), ready, note))
    });
    let summary = format!("all {} of zone {zone} are down", count(names.len(), "node"));
    let finding = Finding::new(Subject::cluster("Zone", zone), summary, evidence.next()?)
        .evidence(evidence.take(5))
        .since(down_since)
        .likely("that the zone is the cause was inferred from its nodes")
        .saying(names.join(" "))
        .saying(zone)
        .why(
            "Every node of the zone is lost and other zones work. What the nodes of a zone share \
             is its power, its network and its hypervisors. Volumes of the zone cannot be attached \
             elsewhere.",
        )
        .remedy(
            Remedy::new("Ask whoever runs the zone what happened to it.")
                .command(format!("{} get nodes -L topology.kubernetes.io/zone", client(case)))
                .verify(format!("{} get nodes", client(case))),
        );
    let finding = nodes
        .iter()
        .fold(finding, |finding, node| finding.explains(Subject::view(*node), node.name()));
    let is_vital = nodes.iter().any(|node| node.is_control_plane());
    let usual = if is_vital { Severity::Critical } else { Severity::Error };
    Some(Patience::of(case, down_since, GRACE).weigh(finding, usual))
}
