//! Degraded RAID array on a node.
//!
//! # Why it matters
//!
//! The array continues to work without redundancy. If another disk fails, the data is lost: on a
//! control-plane node, an etcd member.
//!
//! # What to do
//!
//! Replace the disk and let the array rebuild when the load is low. A rebuild slows the disk down.
//!
//! # Blind spots
//!
//! This rule relies on the alerts only. Hardware RAID is not detected.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeRAIDDegraded.md`

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::domain::command_on_node;
use crate::engine::name_list;
use crate::signals::{AlertGroup, judge_alerts, node_of_alert};

pub(super) static META: Meta = Meta {
    id: "nodes/raid-degraded",
    title: "degraded RAID array on a node",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 2] = ["NodeRAIDDegraded", "NodeRAIDDiskFailure"];

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
    let finding = alerted.finding(Subject::cluster("Node", node.clone()), summary)?.why(
        "The array continues to work without redundancy, and the data is lost if another disk \
         fails. During a rebuild the disk is slower.",
    );
    Some(
        finding.remedy(
            Remedy::new("Replace the disk and let the array rebuild.")
                .command(command_on_node(cx, node, "cat /proc/mdstat"))
                .verify(command_on_node(cx, node, "mdadm --detail --scan")),
        ),
    )
}
