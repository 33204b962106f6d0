//! Node clock not synchronized.
//!
//! This rule relies on the alerts only. They are disabled where the PTP Operator controls the
//! clocks.
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//!   (`NodeClockNotSynchronising`, `NodeClockSkewDetected`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeClockNotSynchronising.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "Leases, certificates, tokens and etcd depend on synchronized clocks. A node with a \
         drifting clock loses the leases it holds, rejects valid certificates, and writes logs \
         that cannot be compared with those of other nodes.",
    )
    .fix(
        "Check whether chrony on the node reaches a time source, and whether it accepts that \
         source.",
    );

const ALERTS: [&str; 2] = ["NodeClockNotSynchronising", "NodeClockSkewDetected"];

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_alerts(cx, &ALERTS, |alert| alert.name.clone(), |alerted| finding(cx, alerted))
}

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let mut nodes: Vec<_> = alerted.alerts.iter().map(|alert| node_of_alert(cx, alert)).collect();
    nodes.sort();
    nodes.dedup();
    let node = nodes.first()?;
    let summary = if alerted.contains("NodeClockNotSynchronising") {
        format!("the clock of {} is not synchronized with a time source", name_list(&nodes))
    } else {
        format!(
            "the clock of {} is off by more than 0.05 s and does not recover",
            name_list(&nodes)
        )
    };
    let subject = match nodes.as_slice() {
        [only] => Subject::cluster("Node", only.clone()),
        // Clocks that drift together lost the same time source.
        _ => Subject::cluster("Nodes", "clocks"),
    };
    let finding = alerted
        .finding(subject, summary)?
        .keywords(nodes.join(" "))
        .run(command_on_node(cx, node, "chronyc sources -v"))
        .verify(command_on_node(cx, node, "chronyc tracking"));
    Some(finding)
}
