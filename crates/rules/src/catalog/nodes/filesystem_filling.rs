//! A file system of a node that is filling up.
//!
//! # Why it matters
//!
//! Space or inodes run out. On `/var` the kubelet starts to remove images and to evict pods, etcd
//! and the journal stop writing; on `/boot` the next update of the operating system fails.
//!
//! # What to do
//!
//! Look at what grew: images, logs, core dumps, writable layers of containers, old deployments in
//! `/boot`.
//!
//! # Blind spots
//!
//! The alerts are taken as they are; those that only foresee say so. A node that is under pressure
//! already is `nodes/disk-pressure`, and not reported twice.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeFilesystemAlmostOutOfSpace.md`

use mustknow_gather::kinds::{Condition, NODE, Node};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, alerted_node, few, judge_alerts, on_node};

pub(super) static META: Meta = Meta {
    id: "nodes/filesystem-filling",
    title: "a file system of a node that is filling up",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 4] = [
    "NodeFilesystemAlmostOutOfFiles",
    "NodeFilesystemAlmostOutOfSpace",
    "NodeFilesystemFilesFillingUp",
    "NodeFilesystemSpaceFillingUp",
];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_alerts(case, &ALERTS, |alert| alerted_node(case, alert), |alerted| finding(case, alerted))
}

fn finding(case: &Case<'_>, alerted: &Alerted) -> Option<Finding> {
    let name = &alerted.about;
    let node = case.find::<Node<'_>>("", name);
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
    let place = if place.is_empty() { "a file system".to_owned() } else { few(&place) };
    let summary = if is_out {
        format!("{place} of node {name} is nearly out of {short}")
    } else {
        format!("{place} of node {name} will run out of {short} if it goes on like this")
    };
    let subject = Subject::cluster("Node", name.clone());
    let finding = alerted.finding(subject, summary)?.why(
        "When /var is full the kubelet removes images and evicts pods, and etcd and the journal \
         stop writing. When /boot is full the operating system cannot be updated.",
    );
    Some(
        finding.remedy(
            Remedy::new("Free space on the file system, or grow it.")
                .command(on_node(case, name, "df -h"))
                .verify(on_node(case, name, "df -i")),
        ),
    )
}
