//! Node booted into an unexpected OS image.
//!
//! # Why it matters
//!
//! The machine-config-daemon expects the image in its configuration, but the node runs another one:
//! the new deployment was not booted, was rolled back, or rpm-ostree was used manually. The daemon
//! refuses to continue, the node is Degraded and its pool is stuck.
//!
//! # What to do
//!
//! Check the journals of `ostree-finalize-staged` and `rpm-ostreed` on the node. A full `/boot` is
//! the usual reason why a new deployment is not finalized. Then deploy the image in the
//! configuration.
//!
//! # Blind spots
//!
//! The message is in an annotation of the node and in the condition of the pool, truncated to 2000
//! characters. The log of the machine-config-daemon contains more details.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go` (`checkOS`)
//! - <https://github.com/okd-project/okd/issues/1037>

use mustknow_cluster::model::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::domain::{DegradedNode, DegradedReason, judge_degraded_nodes};
use crate::engine::excerpt;

pub(super) static META: Meta = Meta {
    id: "machineconfig/os-image-mismatch",
    title: "node booted into an unexpected OS image",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_degraded_nodes(cx, DegradedReason::OsImageMismatch, finding)
}

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let detail = degraded
        .message
        .find("expected target osImageURL")
        .and_then(|at| degraded.message.get(at..));
    let detail = excerpt(detail.unwrap_or(&degraded.message));
    let summary =
        format!("node {node} booted an OS image that differs from its MachineConfig: {detail}");
    let why = match degraded.message.split_once("possible root cause: ") {
        Some((_, cause)) => {
            format!("The new deployment was not finalized at the reboot: {}", excerpt(cause))
        }
        None => "The new deployment was not booted or was rolled back, or rpm-ostree was used \
                 manually. The daemon refuses to continue until both images match."
            .to_owned(),
    };
    let status = format!("oc debug node/{node} -- chroot /host rpm-ostree status");
    let finding = degraded.finding(summary)?.why(why).remedy(
        Remedy::new("Find out why the deployment was not booted, then deploy the expected image.")
            .command(format!(
                "oc debug node/{node} -- chroot /host journalctl -u \
                 ostree-finalize-staged -u rpm-ostreed"
            ))
            .command(format!("oc debug node/{node} -- chroot /host df -h /boot /sysroot"))
            .verify(status),
    );
    Some(finding)
}
