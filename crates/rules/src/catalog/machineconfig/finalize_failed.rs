//! `ostree-finalize-staged` failure on a node.
//!
//! The annotation is from the last boot. If the node has reached its configuration since then, the
//! failure is in the past and is only reported as a note.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`
//!   (`syncFinalizationFailureAnnotation`), `pkg/daemon/constants/constants.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&EVENT)])
    .each(&[&NODE], |cx, object| {
        let node = Node::of(object);
        let detail = node.machine_config("ostree-finalize-staged-failure");
        Ok(detail.map(|detail| finding(cx, node, &detail)))
    })
    .at_once("the daemon writes it after the boot that failed")
    .why(
        "A new operating system is staged while the node runs, and finalized by \
         ostree-finalize-staged.service while it shuts down. This failed, so the node booted \
         the old operating system again. The machine-config-daemon retries, or is stuck with \
         the old image booted.",
    )
    .fix(
        "Check the message of the service: the usual reason is a full /boot, other reasons are a \
         read-only file system and SELinux labels. Free up space, then let the daemon retry.",
    )
    .run(&[
        "oc debug node/{name} -- chroot /host df -h /boot",
        "oc debug node/{name} -- chroot /host journalctl -b -1 -u ostree-finalize-staged",
    ])
    .verify(&["oc get machineconfigpools"]);

fn finding(cx: &RuleContext<'_>, node: Node<'_>, detail: &str) -> Finding {
    let name = node.name();
    let is_recovered = node.machine_config("state").as_deref() == Some("Done")
        && node.machine_config("currentConfig") == node.machine_config("desiredConfig");
    let what =
        format!("the staged operating system of node {name} was not finalized at its last reboot");
    let annotation = "machineconfiguration.openshift.io/ostree-finalize-staged-failure";
    let path = ["metadata", "annotations", annotation];
    let source = "the message of ostree-finalize-staged.service";
    let evidence = Evidence::field(node.resource(), &path, source);
    Finding::new(Subject::view(node), format!("{what}: {}", excerpt(detail)), evidence)
        .severity(if is_recovered { Info } else { Error })
        .keywords(name)
        .keywords(detail)
        .evidence(node_events(cx, name, &["FailedFinalization"], |_| true))
        .explains(Subject::view(node), "osImageURL")
}
