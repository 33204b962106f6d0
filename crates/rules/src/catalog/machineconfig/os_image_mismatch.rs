//! Node booted into an unexpected OS image.
//!
//! The log of the machine-config-daemon contains more details.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go` (`checkOS`)
//! - <https://github.com/okd-project/okd/issues/1037>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(|cx| judge_degraded_nodes(cx, DegradedReason::OsImageMismatch, finding))
    .at_once("the daemon refuses to continue until both images match")
    .why(
        "The machine-config-daemon expects the image in its configuration, but the node runs \
         another one: the new deployment was not booted, was rolled back, or rpm-ostree was \
         used manually. The daemon refuses to continue, the node is Degraded and its pool is \
         stuck.",
    )
    .fix(
        "Check the journals of ostree-finalize-staged and rpm-ostreed on the node. A full /boot \
         is the usual reason why a new deployment is not finalized. Then deploy the image in \
         the configuration.",
    )
    .run(&[
        "oc debug node/{name} -- chroot /host journalctl -u ostree-finalize-staged -u rpm-ostreed",
        "oc debug node/{name} -- chroot /host df -h /boot /sysroot",
    ])
    .verify(&["oc debug node/{name} -- chroot /host rpm-ostree status"]);

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let DegradedNode { node, message, .. } = degraded;
    let at = message.find("expected target osImageURL").unwrap_or_default();
    let detail = excerpt(message.get(at..).unwrap_or(message));
    let finding = degraded.finding(format!(
        "node {node} booted an OS image that differs from its MachineConfig: {detail}"
    ))?;
    Some(match message.split_once("possible root cause: ") {
        Some((_, cause)) => finding
            .why(format!("The new deployment was not finalized at the reboot: {}", excerpt(cause))),
        None => finding,
    })
}
