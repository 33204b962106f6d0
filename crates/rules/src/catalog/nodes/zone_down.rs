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
    // How long nodes may be unavailable at the same time.
    .note_until(Span::minutes(5))
    .why(
        "All nodes of one zone are down while other zones work. The cause is the zone (its \
         power, its network, its hypervisors, or the cloud itself), not the individual nodes. \
         Volumes of the zone cannot be attached in other zones, so pods that use them stay \
         unavailable until the zone is back.",
    )
    .fix(
        "Check the status of the zone with its provider, and the network between it and the \
         other zones.",
    )
    .run(&["oc get nodes -L topology.kubernetes.io/zone"])
    .verify(&["oc get nodes -L topology.kubernetes.io/zone"]);

/// The current label, and the one before 1.17.
const LABELS: [&str; 2] = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut zones: BTreeMap<String, Vec<Node<'_>>> = BTreeMap::new();
    for node in cx.all::<Node<'_>>() {
        for label in LABELS {
            let zone = node.resource().visible(&["metadata", "labels", label])?;
            if let Some(zone) = zone.filter(|zone| !zone.is_empty()) {
                zones.entry(zone.into_owned()).or_default().push(node);
                break;
            }
        }
    }
    if zones.len() < 2 {
        return Err(not_applicable("the nodes are not spread over several zones"));
    }
    let down: Vec<_> = zones.iter().filter(|(_, nodes)| is_down(cx, nodes)).collect();
    // If every zone is down, the problem is the cluster, not a zone.
    let is_zonal = down.len() < zones.len();
    let findings = down.into_iter().filter_map(|(zone, nodes)| finding(zone, nodes));
    Ok(Checked::over(zones.len(), findings.filter(|_| is_zonal)))
}

fn is_down(cx: &RuleContext<'_>, nodes: &[Node<'_>]) -> bool {
    nodes.len() > 1
        && nodes.iter().all(|node| {
            let ready = node.condition("Ready").filter(|ready| !ready.is_true());
            ready.is_some_and(|ready| !is_rebooting(cx, *node, ready.since()))
        })
}

fn finding(zone: &str, nodes: &[Node<'_>]) -> Option<Finding> {
    let names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    let is_vital = nodes.iter().any(|node| node.is_control_plane());
    let since = |node: &Node<'_>| node.condition("Ready").and_then(Condition::since);
    let mut evidence = nodes.iter().filter_map(|node| {
        let ready = node.condition("Ready")?;
        let note = format!("node {} is in the zone: {}", node.name(), ready.reason());
        Some(Evidence::condition(node.resource(), ready, note))
    });
    let summary = format!("all {} of zone {zone} are down", pluralize(names.len(), "node"));
    let finding = Finding::new(Subject::cluster("Zone", zone), summary, evidence.next()?)
        .severity(if is_vital { Critical } else { Error })
        .evidence(evidence.take(5))
        .since(nodes.iter().filter_map(since).max())
        .likely("it is inferred from the nodes that the zone is the cause")
        .keywords(names.join(" "))
        .keywords(zone);
    Some(
        nodes
            .iter()
            .fold(finding, |finding, node| finding.explains(Subject::view(*node), node.name())),
    )
}
