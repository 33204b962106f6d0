//! `ostree-finalize-staged` failure on a node.
//!
//! The annotation is from the last boot. If the node has reached its configuration since then, the
//! failure is in the past and is only reported as a note.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`
//!   (`syncFinalizationFailureAnnotation`), `pkg/daemon/constants/constants.go`

use crate::catalog::prelude::*;

const FAILURE: &str = "ostree-finalize-staged-failure";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "A new operating system is staged while the node runs, and finalized by \
         ostree-finalize-staged.service while it shuts down. This failed, so the node booted \
         the old operating system again. The machine-config-daemon retries, or is stuck with \
         the old image booted.",
    )
    .fix(
        "Check the message of the service. The usual reason is a full /boot. Other reasons are \
         a read-only file system and SELinux labels. Free up space, then let the daemon retry.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        examined += 1;
        if let Some(detail) = node.machine_config(FAILURE) {
            findings.push(finding(cx, node, &detail));
        }
    }
    Ok(Checked::over(examined, findings))
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
        .run(format!("oc debug node/{name} -- chroot /host df -h /boot"))
        .run(format!(
            "oc debug node/{name} -- chroot /host journalctl -b -1 -u \
                     ostree-finalize-staged"
        ))
        .verify("oc get machineconfigpools");
    if is_recovered { finding.severity(Info) } else { finding }
}
