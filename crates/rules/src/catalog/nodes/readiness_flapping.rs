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

/// Older events are ignored.
const RECENT: Span = Span::hours(1);
/// A restart causes one event, a reboot possibly two.
const ENOUGH: i64 = 3;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&EVENT), Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "Each time the node is NotReady, its pods are removed from the endpoints of their \
         Services, and after some minutes they are recreated on other nodes. The node is \
         overloaded, its network loses packets, or its kubelet restarts repeatedly.",
    )
    .fix(
        "Check the kubelet journal around the times of the events, and the load and the network \
         of the node.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let alerts = Alert::firing_named(cx, &["KubeNodeReadinessFlapping"]).unwrap_or_default();
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        examined += 1;
        if node.is_ready() && !is_being_updated(node) {
            let alert = alerts.iter().find(|alert| node_of_alert(cx, alert) == node.name());
            findings.extend(finding(cx, node, alert));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>, alert: Option<&Alert>) -> Option<Finding> {
    let name = node.name();
    let events: Vec<_> = cx
        .all::<Event<'_>>()
        .filter(|event| event.reason() == "NodeNotReady" && event.is_about("Node", name))
        .filter(|event| cx.age(event.last_seen()).is_some_and(|age| age <= RECENT))
        .collect();
    let times: i64 = events.iter().map(|event| event.count().max(1)).sum();
    let enough = times >= ENOUGH;
    if !enough && alert.is_none() {
        return None;
    }
    let mut evidence = alert
        .map(|alert| alert.evidence(format!("alert {}: {}", alert.name, alert.message)))
        .into_iter()
        .chain(events.iter().take(3).map(|event| event_evidence(*event)));
    let summary = if enough {
        format!("node {name} is Ready now, but was NotReady {times} times in the last hours")
    } else {
        format!("node {name} flaps between Ready and NotReady")
    };
    let head = evidence.next()?;
    let finding = Finding::new(Subject::view(node), summary, head)
        .since(alert.and_then(|alert| alert.since))
        .keywords(name)
        .keywords("NodeNotReady")
        .evidence(evidence)
        .run(node_journal(cx, name, "kubelet"))
        .verify(format!("{} get node {name}", client(cx)));
    Some(finding)
}
