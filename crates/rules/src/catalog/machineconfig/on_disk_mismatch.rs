//! A node whose files differ from its machine configuration.
//!
//! # Why it matters
//!
//! The machine-config daemon compares files and units with the configuration before it changes
//! anything. Where they differ somebody else wrote to the node, and the daemon refuses to go on:
//! the node is Degraded, its pool stands still, and so does an update that waits for the pool.
//!
//! # What to do
//!
//! See what changed the file and why. Put the change into a MachineConfig when it is wanted;
//! otherwise put the file back as the configuration has it. Only when the content on disk may be
//! overwritten, tell the daemon so with `/run/machine-config-daemon-force`.
//!
//! # Blind spots
//!
//! The words stand in an annotation of the node and in the pool's condition, cut to 2000
//! characters. The daemon's log says more.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go`,
//!   `pkg/daemon/on_disk_validation.go`
//! - <https://github.com/okd-project/okd/issues/471>

use mustknow_gather::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, Degraded, excerpt, is_plain, judge_complaints};

pub(super) static META: Meta = Meta {
    id: "machineconfig/on-disk-mismatch",
    title: "a node whose files differ from its machine configuration",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_complaints(case, Complaint::OnDiskMismatch, finding)
}

fn finding(degraded: &Degraded<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary = match file(&degraded.text) {
        Some(file) => {
            format!("file {file} of node {node} differs from the node's machine configuration")
        }
        None => format!(
            "node {node} differs from its machine configuration: {}",
            excerpt(difference(&degraded.text))
        ),
    };
    let finding = degraded.finding(summary)?.why(
        "The machine-config daemon compares the disk with the configuration before it changes \
         anything. Somebody else wrote to the node, so the daemon refuses to go on and its pool \
         stands still.",
    );
    Some(finding.remedy(remedy(node, file(&degraded.text))))
}

/// The file the daemon names: `content mismatch for file "/etc/x"`.
fn file(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("mismatch for file")?;
    let (_, quoted) = rest.split_once('"')?;
    quoted.split_once('"').map(|(file, _)| file).filter(|file| is_plain(file))
}

/// What follows `unexpected on-disk state validating against rendered-worker-1: `.
fn difference(text: &str) -> &str {
    text.split_once("validating against ")
        .and_then(|(_, rest)| rest.split_once(": "))
        .map_or(text, |(_, difference)| difference)
}

fn remedy(node: &str, file: Option<&str>) -> Remedy {
    let look = |with: &str| match file {
        Some(file) => format!("oc debug node/{node} -- chroot /host {with} {file}"),
        None => format!("oc get node {node} -o yaml"),
    };
    Remedy::new("Put the file back as the configuration has it, or let the daemon overwrite it.")
        .command(format!(
            "oc debug node/{node} -- chroot /host touch \
             /run/machine-config-daemon-force"
        ))
        .verify(format!(
            "oc get node {node} -o \
             jsonpath='{{.metadata.annotations.machineconfiguration\\.openshift\\.io/state}}'"
        ))
        .side_effect("the daemon writes the whole configuration anew and reboots the node")
        .before("the content on disk was read, and nobody needs it", Proof::ByHand(look("cat")))
        .before("whatever wrote it will not write it again", Proof::ByHand(look("stat")))
}
