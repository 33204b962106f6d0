//! `ostree-finalize-staged` failure on a node.
//!
//! # Why it matters
//!
//! A new operating system is staged while the node runs, and finalized by
//! `ostree-finalize-staged.service` while it shuts down. This failed, so the node booted the old
//! operating system again. The machine-config-daemon retries, or is stuck with the old image
//! booted.
//!
//! # What to do
//!
//! Check the message of the service. The usual reason is a full `/boot`. Other reasons are a
//! read-only file system and SELinux labels. Free up space, then let the daemon retry.
//!
//! # Blind spots
//!
//! The annotation is from the last boot. If the node has reached its configuration since then, the
//! failure is in the past and is only reported as a note.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`
//!   (`syncFinalizationFailureAnnotation`), `pkg/daemon/constants/constants.go`

use mustknow_cluster::model::kinds::{EVENT, NODE};
use mustknow_cluster::views::Node;

use crate::catalog::prelude::*;
use crate::domain::node_events;
use crate::engine::excerpt;

const FAILURE: &str = "ostree-finalize-staged-failure";

pub(super) static META: Meta = Meta {
    id: "machineconfig/finalize-failed",
    title: "ostree-finalize-staged failure on a node",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        examined += 1;
        if let Some(detail) = node.machine_config(FAILURE) {
            findings.push(finding(cx, node, &detail));
        }
    }
    Verdict::over(examined, findings, "no node in the archive")
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>, detail: &str) -> Finding {
    let name = node.name();
    let is_recovered = node.machine_config("state").as_deref() == Some("Done")
        && node.machine_config("currentConfig") == node.machine_config("desiredConfig");
    let summary = format!(
        "the staged operating system of node {name} was not finalized at its last reboot: {}",
        excerpt(detail)
    );
    let path = [
        "metadata",
        "annotations",
        "machineconfiguration.openshift.io/ostree-finalize-staged-failure",
    ];
    let evidence =
        Evidence::field(node.resource(), &path, "the message of ostree-finalize-staged.service");
    let finding = Finding::new(Subject::view(node), summary, evidence)
        .keywords(name)
        .keywords(detail)
        .evidence(node_events(cx, name, &["FailedFinalization"], |_| true))
        .explains(Subject::view(node), "osImageURL")
        .why(
            "A staged operating system is finalized while the node shuts down. This failed, so the \
             node booted the old one and does not have its desired configuration.",
        )
        .remedy(
            Remedy::new("Fix the problem that the service reports. Usually /boot is full.")
                .command(format!("oc debug node/{name} -- chroot /host df -h /boot"))
                .command(format!(
                    "oc debug node/{name} -- chroot /host journalctl -b -1 -u \
                     ostree-finalize-staged"
                ))
                .verify("oc get machineconfigpools"),
        );
    if is_recovered { finding.severity(Severity::Info) } else { finding }
}
