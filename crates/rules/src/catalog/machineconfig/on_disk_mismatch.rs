//! Unexpected on-disk state on a node.
//!
//! The message is in an annotation of the node and in the condition of the pool, truncated to 2000
//! characters. The log of the machine-config-daemon contains more details.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go`,
//!   `pkg/daemon/on_disk_validation.go`
//! - <https://github.com/okd-project/okd/issues/471>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "The machine-config-daemon compares files and units with the configuration before it \
         changes anything. If they differ, something else modified the node, and the daemon \
         refuses to continue: the node is Degraded, its pool is stuck, and so is an update that \
         waits for the pool.",
    )
    .fix(
        "Find out what changed the file and why. If the change is wanted, put it into a \
         MachineConfig. Otherwise restore the file to the content in the configuration. Only if \
         the content on disk may be overwritten, allow this by creating \
         /run/machine-config-daemon-force.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_degraded_nodes(cx, DegradedReason::OnDiskMismatch, finding)
}

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary = match file(&degraded.message) {
        Some(file) => format!("file {file} on node {node} differs from its MachineConfig"),
        None => format!(
            "the on-disk state of node {node} differs from its MachineConfig: {}",
            excerpt(difference(&degraded.message))
        ),
    };
    let finding = degraded.finding(summary)?;
    Some(finding.remedy(remedy(node, file(&degraded.message))))
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

fn remedy(node: &str, file: Option<&str>) -> Remedy {
    let look = |with: &str| match file {
        Some(file) => format!("oc debug node/{node} -- chroot /host {with} {file}"),
        None => format!("oc get node {node} -o yaml"),
    };
    Remedy::new("Restore the file from the configuration, or let the daemon overwrite it.")
        .command(format!(
            "oc debug node/{node} -- chroot /host touch \
             /run/machine-config-daemon-force"
        ))
        .verify(format!(
            "oc get node {node} -o \
             jsonpath='{{.metadata.annotations.machineconfiguration\\.openshift\\.io/state}}'"
        ))
        .side_effect("the daemon rewrites the whole configuration and reboots the node")
        .precondition(
            "the content on disk was checked and is not needed",
            Proof::ByHand(look("cat")),
        )
        .precondition(
            "whatever wrote the file will not write it again",
            Proof::ByHand(look("stat")),
        )
}
