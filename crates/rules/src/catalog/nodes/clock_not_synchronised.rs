//! A node whose clock is not kept in step with the others.
//!
//! # Why it matters
//!
//! Leases, certificates, tokens and etcd rest on clocks. A node whose clock drifts loses leases it
//! holds, refuses certificates that are valid, and writes logs that cannot be compared.
//!
//! # What to do
//!
//! See whether chrony reaches a time source from the node, and whether it takes what it is offered.
//!
//! # Blind spots
//!
//! The alerts are taken as they are. They are off where the PTP operator keeps the clocks.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//!   (`NodeClockNotSynchronising`, `NodeClockSkewDetected`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeClockNotSynchronising.md`

use mustknow_gather::kinds::NODE;
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, alerted_node, few, judge_alerts, on_node};

pub(super) static META: Meta = Meta {
    id: "nodes/clock-not-synchronised",
    title: "a node whose clock is not kept in step with the others",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 2] = ["NodeClockNotSynchronising", "NodeClockSkewDetected"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_alerts(case, &ALERTS, |alert| alert.name.clone(), |alerted| finding(case, alerted))
}

fn finding(case: &Case<'_>, alerted: &Alerted) -> Option<Finding> {
    let mut nodes: Vec<_> = alerted.alerts.iter().map(|alert| alerted_node(case, alert)).collect();
    nodes.sort();
    nodes.dedup();
    let node = nodes.first()?;
    let summary = if alerted.is_named("NodeClockNotSynchronising") {
        format!("no time source sets the clock of {}", few(&nodes))
    } else {
        format!("the clock of {} is off by more than 0.05 seconds and does not return", few(&nodes))
    };
    let subject = match nodes.as_slice() {
        [only] => Subject::cluster("Node", only.clone()),
        // Clocks that drift together have lost the same time source.
        _ => Subject::cluster("Nodes", "clocks"),
    };
    let finding = alerted
        .finding(subject, summary)?
        .saying(nodes.join(" "))
        .why(
            "Leases, certificates, tokens and etcd rest on clocks. A node whose clock drifts loses \
             leases it holds and refuses certificates that are valid.",
        )
        .remedy(
            Remedy::new("Make chrony on the node reach a time source.")
                .command(on_node(case, node, "chronyc sources -v"))
                .verify(on_node(case, node, "chronyc tracking")),
        );
    Some(finding)
}
