//! Node flapping between Ready and NotReady.
//!
//! Events are stored for three hours. A node that is NotReady now is reported by `nodes/not-ready`
//! or `nodes/kubelet-silent`.
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go` (event
//!   `NodeNotReady`)
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeNodeReadinessFlapping`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .each(&[&NODE], judge)
    .needs_any(&[Need::Kind(&EVENT), Need::KnownFile(KnownFile::Alerts)])
    .at_once("the alert has waited, and several events within an hour are the proof")
    .why(
        "Each time the node is NotReady, its pods are removed from the endpoints of their \
         Services, and after some minutes they are recreated on other nodes. The node is \
         overloaded, its network loses packets, or its kubelet restarts repeatedly.",
    )
    .fix(
        "Check the kubelet journal around the times of the events, and the load and the network \
         of the node.",
    )
    .run(&["oc adm node-logs {name} -u kubelet --since=-1h"])
    .verify(&["oc get node {name}"]);

fn judge(cx: &RuleContext<'_>, node: &Resource) -> Result<Option<Finding>, NotJudged> {
    let node = Node::of(node);
    if !node.is_ready() || is_being_updated(node) {
        return Ok(None);
    }
    let alerts = Alert::firing_named(cx, &["KubeNodeReadinessFlapping"]).unwrap_or_default();
    let alert = alerts.iter().find(|alert| node_of_alert(cx, alert) == node.name());
    Ok(finding(cx, node, alert))
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>, alert: Option<&Alert>) -> Option<Finding> {
    let name = node.name();
    let events =
        recent_node_events(cx, name, Span::hours(1), |event| event.reason() == "NodeNotReady");
    // A restart causes one event, a reboot possibly two.
    let times = occasions(cx, events.iter().copied());
    let is_enough = times >= 3;
    if !is_enough && alert.is_none() {
        return None;
    }
    let alerted =
        alert.map(|alert| alert.evidence(format!("alert {}: {}", alert.name, alert.message)));
    let shown = events.iter().take(3).map(|event| event_evidence(*event));
    let mut evidence = alerted.into_iter().chain(shown);
    let summary = if is_enough {
        format!("node {name} is Ready now, but was NotReady {times} times in the last hours")
    } else {
        format!("node {name} flaps between Ready and NotReady")
    };
    Some(
        Finding::new(Subject::view(node), summary, evidence.next()?)
            .since(alert.and_then(|alert| alert.since).or_else(|| first_of(events.iter().copied())))
            .keywords(name)
            .keywords("NodeNotReady")
            .evidence(evidence),
    )
}
