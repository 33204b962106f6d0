//! Node filesystem running out of space or inodes.
//!
//! A node that is already under pressure is reported by `nodes/disk-pressure` and not here.
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeFilesystemAlmostOutOfSpace.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .alerts_by(
        node_of_alert,
        &[
            "NodeFilesystemAlmostOutOfFiles",
            "NodeFilesystemAlmostOutOfSpace",
            "NodeFilesystemFilesFillingUp",
            "NodeFilesystemSpaceFillingUp",
        ],
        finding,
    )
    .why(
        "Disk space or inodes run out. On /var, the kubelet starts to remove images and evict \
         pods, and etcd and the journal stop writing. On /boot, the next operating system \
         update fails.",
    )
    .fix(
        "Check what uses the space: images, logs, core dumps, writable layers of containers, or \
         old deployments in /boot.",
    )
    .run(&["oc debug node/{name} -- chroot /host df -{option}"])
    .verify(&["oc debug node/{name} -- chroot /host df -{option}"]);

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let name = &alerted.about;
    let pressure = cx.find::<Node<'_>>("", name).and_then(|node| node.condition("DiskPressure"));
    if pressure.is_some_and(Condition::is_true) {
        return None;
    }
    let mut alerts = alerted.alerts.iter();
    let is_out = alerts.clone().any(|alert| alert.name.contains("AlmostOutOf"));
    let of_files = alerts
        .all(|alert| ["OutOfFiles", "FilesFillingUp"].iter().any(|end| alert.name.ends_with(end)));
    let (short, option) = if of_files { ("inodes", "i") } else { ("space", "h") };
    let mounts = ["mountpoint", "device"].map(|label| alerted.labels(label));
    let place = mounts.into_iter().find(|names| !names.is_empty());
    let place = place.map_or_else(|| "a file system".to_owned(), |names| name_list(&names));
    let when = if is_out { "is almost out of" } else { "is predicted to run out of" };
    let finding = alerted.node_finding(format!("{place} on node {name} {when} {short}"))?;
    Some(finding.with("option", option))
}
