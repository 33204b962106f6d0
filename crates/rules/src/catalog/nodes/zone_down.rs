//! Zone with all nodes down.
//!
//! Zones are identified by the label `topology.kubernetes.io/zone`. A zone with a single node is
//! not reported.
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
//!   (`stateFullDisruption`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "All nodes of one zone are down while other zones work. The cause is the zone (its \
         power, its network, its hypervisors, or the cloud itself), not the individual nodes. \
         Volumes of the zone cannot be attached in other zones, so pods that use them stay \
         unavailable until the zone is back.",
    )
    .fix(
        "Check the status of the zone with its provider, and the network between it and the \
         other zones.",
    );

/// The current label, and the one before 1.17.
const LABELS: [&str; 2] = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];
/// The minimum number of nodes of a zone.
const LEAST: usize = 2;
/// How long nodes may be unavailable at the same time.
const GRACE: Span = Span::minutes(5);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut zones: BTreeMap<String, Vec<Node<'_>>> = BTreeMap::new();
    for node in cx.all::<Node<'_>>() {
        let zone = LABELS.iter().find_map(|label| node.resource().label(label));
        if let Some(zone) = zone.filter(|zone| !zone.is_empty()) {
            zones.entry(zone.into_owned()).or_default().push(node);
        }
    }
    if zones.len() < 2 {
        return Err(not_applicable("the nodes are not spread over several zones"));
    }
    let down: Vec<_> = zones.iter().filter(|(_, nodes)| is_down(cx, nodes)).collect();
    // If every zone is down, the problem is the cluster, not a zone.
    if down.len() == zones.len() {
        return Ok(Checked::over(zones.len(), None));
    }
    let findings = down.into_iter().filter_map(|(zone, nodes)| finding(cx, zone, nodes));
    Ok(Checked::over(zones.len(), findings))
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
        .run(format!("{} get nodes -L topology.kubernetes.io/zone", client(cx)))
        .verify(format!("{} get nodes", client(cx)));
    let finding = nodes
        .iter()
        .fold(finding, |finding, node| finding.explains(Subject::view(*node), node.name()));
    let is_vital = nodes.iter().any(|node| node.is_control_plane());
    let usual = if is_vital { Critical } else { Error };
    Some(Persistence::of(cx, down_since, GRACE).apply(finding, usual))
}
