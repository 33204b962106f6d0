//! Node flapping between Ready and NotReady.
//!
//! # Why it matters
//!
//! Each time the node is NotReady, its pods are removed from the endpoints of their Services, and
//! after some minutes they are recreated on other nodes. The node is overloaded, its network loses
//! packets, or its kubelet restarts repeatedly.
//!
//! # What to do
//!
//! Check the kubelet journal around the times of the events, and the load and the network of the
//! node.
//!
//! # Blind spots
//!
//! Events are stored for three hours. A node that is NotReady now is reported by `nodes/not-ready`
//! or `nodes/kubelet-silent`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go` (event
//!   `NodeNotReady`)
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeNodeReadinessFlapping`)

use mustknow_cluster::model::kinds::{EVENT, NODE};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::views::{Event, Node};

use crate::catalog::prelude::*;
use crate::domain::{is_being_updated, node_journal};
use crate::engine::client;
use crate::signals::{Alert, event_evidence, node_of_alert};

/// Older events are ignored.
const RECENT: Span = Span::hours(1);
/// A restart causes one event, a reboot possibly two.
const ENOUGH: i64 = 3;

pub(super) static META: Meta = Meta {
    id: "nodes/readiness-flapping",
    title: "node flapping between Ready and NotReady",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT), Need::KnownFile(KnownFile::Alerts)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
    Verdict::over(examined, findings, "no node in the archive")
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
        .why(
            "Each time, its pods are removed from the endpoints of their Services. The node is \
             overloaded, its network loses packets, or its kubelet restarts repeatedly.",
        )
        .remedy(
            Remedy::new("Check the kubelet journal around the times of the events.")
                .command(node_journal(cx, name, "kubelet"))
                .verify(format!("{} get node {name}", client(cx))),
        );
    Some(finding)
}
