//! Node filesystem running out of space or inodes.
//!
//! This rule relies on the alerts only. If an alert only predicts the problem, the summary shows
//! this. A node that is already under pressure is reported by `nodes/disk-pressure` and not here.
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeFilesystemAlmostOutOfSpace.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "Disk space or inodes run out. On /var, the kubelet starts to remove images and evict \
         pods, and etcd and the journal stop writing. On /boot, the next operating system \
         update fails.",
    )
    .fix(
        "Check what uses the space: images, logs, core dumps, writable layers of containers, or \
         old deployments in /boot.",
    );

const ALERTS: [&str; 4] = [
    "NodeFilesystemAlmostOutOfFiles",
    "NodeFilesystemAlmostOutOfSpace",
    "NodeFilesystemFilesFillingUp",
    "NodeFilesystemSpaceFillingUp",
];

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_alerts(cx, &ALERTS, |alert| node_of_alert(cx, alert), |alerted| finding(cx, alerted))
}

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let name = &alerted.about;
    let node = cx.find::<Node<'_>>("", name);
    let is_pressed =
        |node: Node<'_>| node.condition("DiskPressure").is_some_and(Condition::is_true);
    if node.is_some_and(is_pressed) {
        return None;
    }
    let of_files = alerted
        .alerts
        .iter()
        .all(|alert| alert.name.ends_with("OutOfFiles") || alert.name.ends_with("FilesFillingUp"));
    let is_out = alerted.alerts.iter().any(|alert| alert.name.contains("AlmostOutOf"));
    let short = if of_files { "inodes" } else { "space" };
    let mounts = alerted.labels("mountpoint");
    let place = if mounts.is_empty() { alerted.labels("device") } else { mounts };
    let place = if place.is_empty() { "a file system".to_owned() } else { name_list(&place) };
    let summary = if is_out {
        format!("{place} on node {name} is almost out of {short}")
    } else {
        format!("{place} on node {name} is predicted to run out of {short}")
    };
    let subject = Subject::cluster("Node", name.clone());
    let finding = alerted.finding(subject, summary)?;
    Some(finding.run(command_on_node(cx, name, "df -h")).verify(command_on_node(cx, name, "df -i")))
}
