//! A node that is booted into another OS image than it should be.
//!
//! # Why it matters
//!
//! The machine-config daemon expects the image its configuration names. The node runs another: the
//! pivot did not take, was rolled back, or somebody used rpm-ostree by hand. The daemon refuses to
//! go on, the node is Degraded and its pool stands still.
//!
//! # What to do
//!
//! Read the journals of `ostree-finalize-staged` and `rpm-ostreed` on the node. A full `/boot` is
//! the usual reason why a new deployment is not finalised. Then deploy the image the configuration
//! names.
//!
//! # Blind spots
//!
//! The words stand in an annotation of the node and in the pool's condition, cut to 2000
//! characters. The daemon's log says more.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go` (`checkOS`)
//! - <https://github.com/okd-project/okd/issues/1037>

use mustknow_gather::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, Degraded, excerpt, judge_complaints};

pub(super) static META: Meta = Meta {
    id: "machineconfig/os-image-mismatch",
    title: "a node that is booted into another OS image than it should be",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_complaints(case, Complaint::OsImageMismatch, finding)
}

fn finding(degraded: &Degraded<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let words =
        degraded.text.find("expected target osImageURL").and_then(|at| degraded.text.get(at..));
    let words = excerpt(words.unwrap_or(&degraded.text));
    let summary = format!(
        "node {node} is booted into another OS image than its configuration names: {words}"
    );
    let why = match degraded.text.split_once("possible root cause: ") {
        Some((_, cause)) => {
            format!("The new deployment was not finalised at the reboot: {}", excerpt(cause))
        }
        None => "The pivot to the image did not take or was rolled back, or somebody used \
                 rpm-ostree by hand. The daemon refuses to go on until both agree."
            .to_owned(),
    };
    let status = format!("oc debug node/{node} -- chroot /host rpm-ostree status");
    let finding = degraded.finding(summary)?.why(why).remedy(
        Remedy::new("Find out why the deployment did not take, then deploy the expected image.")
            .command(format!(
                "oc debug node/{node} -- chroot /host journalctl -u \
                 ostree-finalize-staged -u rpm-ostreed"
            ))
            .command(format!("oc debug node/{node} -- chroot /host df -h /boot /sysroot"))
            .verify(status),
    );
    Some(finding)
}
