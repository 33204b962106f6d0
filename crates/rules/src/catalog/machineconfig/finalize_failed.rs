//! A node whose new operating system could not be put in place at its last reboot.
//!
//! # Why it matters
//!
//! A new operating system is staged while the node runs and finalised by
//! `ostree-finalize-staged.service` while it shuts down. That failed, so the node booted the old
//! one again. The machine-config daemon tries anew, or stands still with the old image booted.
//!
//! # What to do
//!
//! Read what the service said. The usual reason is a full `/boot`; others are a file system that is
//! read-only and SELinux labels. Free space, then let the daemon try again.
//!
//! # Blind spots
//!
//! The annotation is of the last boot. On a node that has its configuration since, it is history
//! and only noted.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`
//!   (`syncFinalizationFailureAnnotation`), `pkg/daemon/constants/constants.go`

use mustknow_gather::kinds::{EVENT, NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{excerpt, node_events};

const FAILURE: &str = "ostree-finalize-staged-failure";

pub(super) static META: Meta = Meta {
    id: "machineconfig/finalize-failed",
    title: "a node whose new operating system could not be put in place at its last reboot",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<Node<'_>>() {
        examined += 1;
        if let Some(words) = node.machine_config(FAILURE) {
            findings.push(finding(case, node, &words));
        }
    }
    Verdict::over(examined, findings, "no node in the archive")
}

fn finding(case: &Case<'_>, node: Node<'_>, words: &str) -> Finding {
    let name = node.name();
    let is_settled = node.machine_config("state").as_deref() == Some("Done")
        && node.machine_config("currentConfig") == node.machine_config("desiredConfig");
    let summary = format!(
        "the new operating system of node {name} was not put in place at its last reboot: {}",
        excerpt(words)
    );
    let path = [
        "metadata",
        "annotations",
        "machineconfiguration.openshift.io/ostree-finalize-staged-failure",
    ];
    let evidence =
        Evidence::field(node.resource(), &path, "what ostree-finalize-staged.service said");
    let finding = Finding::new(Subject::view(node), summary, evidence)
        .saying(name)
        .saying(words)
        .evidence(node_events(case, name, &["FailedFinalization"], |_| true))
        .explains(Subject::view(node), "osImageURL")
        .why(
            "A staged operating system is finalised while the node shuts down. That failed, so the \
             node booted the old one, and its configuration is not what it should be.",
        )
        .remedy(
            Remedy::new("Mend what the service names; mostly /boot is full.")
                .command(format!("oc debug node/{name} -- chroot /host df -h /boot"))
                .command(format!(
                    "oc debug node/{name} -- chroot /host journalctl -b -1 -u \
                     ostree-finalize-staged"
                ))
                .verify("oc get machineconfigpools"),
        );
    if is_settled { finding.severity(Severity::Info) } else { finding }
}
