//! A node that goes back and forth between ready and not.
//!
//! # Why it matters
//!
//! Each time it is not ready its pods leave the endpoints of their Services, and after some minutes
//! they are started elsewhere. The node is overloaded, its network loses packets, or its kubelet is
//! restarted again and again.
//!
//! # What to do
//!
//! Look at the kubelet's journal around the times of the events, at the load and at the network of
//! the node.
//!
//! # Blind spots
//!
//! Events are kept for three hours. A node that is not ready now is `nodes/not-ready` or
//! `nodes/kubelet-silent`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go` (event
//!   `NodeNotReady`)
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeNodeReadinessFlapping`)

use mustknow_gather::kinds::{EVENT, Event, NODE, Node};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, alerted_node, client, event_evidence, is_rolled, node_journal};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(1);
/// A restart makes one, a reboot perhaps two.
const ENOUGH: i64 = 3;

pub(super) static META: Meta = Meta {
    id: "nodes/readiness-flapping",
    title: "a node that goes back and forth between ready and not",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT), Need::Special(Special::Alerts)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let alerts = Alert::named(case, &["KubeNodeReadinessFlapping"]).unwrap_or_default();
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<Node<'_>>() {
        examined += 1;
        if node.is_ready() && !is_rolled(node) {
            let alert = alerts.iter().find(|alert| alerted_node(case, alert) == node.name());
            findings.extend(finding(case, node, alert));
        }
    }
    Verdict::over(examined, findings, "no node in the archive")
}

fn finding(case: &Case<'_>, node: Node<'_>, alert: Option<&Alert>) -> Option<Finding> {
    let name = node.name();
    let events: Vec<_> = case
        .all::<Event<'_>>()
        .filter(|event| event.reason() == "NodeNotReady" && event.is_about("Node", name))
        .filter(|event| case.age(event.last_seen()).is_some_and(|age| age <= RECENT))
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
        format!("node {name} is ready now, and was not {times} times in the last hours")
    } else {
        format!("node {name} goes back and forth between ready and not")
    };
    let head = evidence.next()?;
    let finding = Finding::new(Subject::view(node), summary, head)
        .since(alert.and_then(|alert| alert.since))
        .saying(name)
        .saying("NodeNotReady")
        .evidence(evidence)
        .why(
            "Each time its pods leave the endpoints of their Services. The node is overloaded, its \
             network loses packets, or its kubelet is restarted again and again.",
        )
        .remedy(
            Remedy::new("Read the kubelet's journal around the times of the events.")
                .command(node_journal(case, name, "kubelet"))
                .verify(format!("{} get node {name}", client(case))),
        );
    Some(finding)
}
