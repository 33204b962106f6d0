//! Unexpected on-disk state on a node.
//!
//! The log of the machine-config-daemon contains more details.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go`,
//!   `pkg/daemon/on_disk_validation.go`
//! - <https://github.com/okd-project/okd/issues/471>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(|cx| judge_degraded_nodes(cx, DegradedReason::OnDiskMismatch, finding))
    .at_once("the daemon refuses to continue until the difference is gone")
    .why(
        "The machine-config-daemon compares files and units with the configuration before it \
         changes anything. If they differ, something else modified the node, and the daemon \
         refuses to continue: the node is Degraded, its pool is stuck, and so is an update that \
         waits for the pool.",
    )
    .fix(
        "Find out what changed the file and why. If the change is wanted, put it into a \
         MachineConfig. Otherwise restore the file, or let the daemon overwrite it.",
    )
    .run(&["oc debug node/{name} -- chroot /host touch /run/machine-config-daemon-force"])
    .verify(&["oc get node {name} -o \
               jsonpath='{.metadata.annotations.machineconfiguration\\.openshift\\.io/state}'"])
    .side_effects(&["the daemon rewrites the whole configuration and reboots the node"])
    .before(&[
        (
            "the content on disk was checked and is not needed",
            "oc debug node/{name} -- chroot /host cat {file}",
        ),
        (
            "what wrote the file will not write it again",
            "oc debug node/{name} -- chroot /host stat {file}",
        ),
    ]);

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let DegradedNode { node, message, .. } = degraded;
    let Some(file) = file(message) else {
        let detail = excerpt(difference(message));
        return degraded.finding(format!(
            "the on-disk state of node {node} differs from its MachineConfig: {detail}"
        ));
    };
    let summary = format!("file {file} on node {node} differs from its MachineConfig");
    Some(degraded.finding(summary)?.with("file", file))
}

/// The file that the daemon reports: `content mismatch for file "/etc/x"`.
fn file(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("mismatch for file")?;
    let (_, quoted) = rest.split_once('"')?;
    quoted.split_once('"').map(|(file, _)| file).filter(|file| is_shell_safe(file))
}

/// What follows `unexpected on-disk state validating against rendered-worker-1: `.
fn difference(text: &str) -> &str {
    text.split_once("validating against ")
        .and_then(|(_, rest)| rest.split_once(": "))
        .map_or(text, |(_, difference)| difference)
}
