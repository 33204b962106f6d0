//! Node filesystem running out of space or inodes.
//!
//! # Why it matters
//!
//! Disk space or inodes run out. On `/var`, the kubelet starts to remove images and evict pods, and
//! etcd and the journal stop writing. On `/boot`, the next operating system update fails.
//!
//! # What to do
//!
//! Check what uses the space: images, logs, core dumps, writable layers of containers, or old
//! deployments in `/boot`.
//!
//! # Blind spots
//!
//! This rule relies on the alerts only. If an alert only predicts the problem, the summary shows
//! this. A node that is already under pressure is reported by `nodes/disk-pressure` and not here.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeFilesystemAlmostOutOfSpace.md`

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::views::{Condition, Node};

use crate::catalog::prelude::*;
use crate::domain::command_on_node;
use crate::engine::name_list;
use crate::signals::{AlertGroup, judge_alerts, node_of_alert};

pub(super) static META: Meta = Meta {
    id: "nodes/filesystem-filling",
    title: "node filesystem running out of space or inodes",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 4] = [
    "NodeFilesystemAlmostOutOfFiles",
    "NodeFilesystemAlmostOutOfSpace",
    "NodeFilesystemFilesFillingUp",
    "NodeFilesystemSpaceFillingUp",
];

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
    let finding = alerted.finding(subject, summary)?.why(
        "When /var is full, the kubelet removes images and evicts pods, and etcd and the journal \
         stop writing. When /boot is full, the operating system cannot be updated.",
    );
    Some(
        finding.remedy(
            Remedy::new("Free up space on the file system, or increase its size.")
                .command(command_on_node(cx, name, "df -h"))
                .verify(command_on_node(cx, name, "df -i")),
        ),
    )
}
