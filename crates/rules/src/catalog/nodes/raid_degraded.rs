//! A node whose RAID array has lost a disk.
//!
//! # Why it matters
//!
//! The array works on without its redundancy. The next disk that fails takes the data with it: on a
//! control-plane node a member of etcd.
//!
//! # What to do
//!
//! Replace the disk and let the array rebuild, when the load is low: a rebuild slows the disk down.
//!
//! # Blind spots
//!
//! The alerts are taken as they are; a hardware RAID does not show.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeRAIDDegraded.md`

use mustknow_gather::kinds::NODE;
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, alerted_node, few, judge_alerts, on_node};

pub(super) static META: Meta = Meta {
    id: "nodes/raid-degraded",
    title: "a node whose RAID array has lost a disk",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 2] = ["NodeRAIDDegraded", "NodeRAIDDiskFailure"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_alerts(case, &ALERTS, |alert| alerted_node(case, alert), |alerted| finding(case, alerted))
}

fn finding(case: &Case<'_>, alerted: &Alerted) -> Option<Finding> {
    let node = &alerted.about;
    let arrays = alerted.labels("device");
    let arrays = if arrays.is_empty() { "an array".to_owned() } else { few(&arrays) };
    let state = if alerted.is_named("NodeRAIDDegraded") {
        "has lost its redundancy"
    } else {
        "has a failed disk"
    };
    let summary = format!("RAID {arrays} of node {node} {state}");
    let finding = alerted.finding(Subject::cluster("Node", node.clone()), summary)?.why(
        "The array works on without its redundancy, and the next disk that fails takes the data \
         with it. A rebuild slows the disk down meanwhile.",
    );
    Some(
        finding.remedy(
            Remedy::new("Replace the disk and let the array rebuild.")
                .command(on_node(case, node, "cat /proc/mdstat"))
                .verify(on_node(case, node, "mdadm --detail --scan")),
        ),
    )
}
