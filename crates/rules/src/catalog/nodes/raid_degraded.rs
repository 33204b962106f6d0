//! Degraded RAID array on a node.
//!
//! This rule relies on the alerts only. Hardware RAID is not detected.
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeRAIDDegraded.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "The array continues to work without redundancy. If another disk fails, the data is \
         lost: on a control-plane node, an etcd member.",
    )
    .fix(
        "Replace the disk and let the array rebuild when the load is low. A rebuild slows the \
         disk down.",
    );

const ALERTS: [&str; 2] = ["NodeRAIDDegraded", "NodeRAIDDiskFailure"];

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_alerts(cx, &ALERTS, |alert| node_of_alert(cx, alert), |alerted| finding(cx, alerted))
}

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let node = &alerted.about;
    let arrays = alerted.labels("device");
    let arrays = if arrays.is_empty() { "an array".to_owned() } else { name_list(&arrays) };
    let state = if alerted.contains("NodeRAIDDegraded") {
        "has lost its redundancy"
    } else {
        "has a failed disk"
    };
    let summary = format!("RAID {arrays} of node {node} {state}");
    let finding = alerted.finding(Subject::cluster("Node", node.clone()), summary)?;
    Some(finding.run(command_on_node(cx, node, "cat /proc/mdstat")).verify(command_on_node(
        cx,
        node,
        "mdadm --detail --scan",
    )))
}
