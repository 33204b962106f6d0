//! Missing OS extensions on a node.
//!
//! - openshift/machine-config-operator `pkg/daemon/update.go` (`the following extension packages
//!   are missing from the staged deployment`, `extension %q verification failed`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(|cx| {
        judge_degraded_nodes(cx, DegradedReason::Extension, |degraded| {
            let DegradedNode { node, message, .. } = degraded;
            let what = format!("extensions are missing on node {node} after its update");
            degraded.finding(format!("{what}: {}", excerpt(message)))
        })
    })
    .at_once("the daemon reports it after the reboot, and another attempt changes nothing")
    .why(
        "A MachineConfig requests extensions: packages that the release provides in addition to \
         the operating system. After the update some of them are missing, so the \
         machine-config-daemon does not report the node as Done, and its pool is stuck.",
    )
    .fix(
        "Check whether the release still has the extension under that name, and whether the \
         mirror serves the complete extensions image. Remove the extension if it is not needed.",
    )
    .run(&[
        "oc get machineconfigs -o yaml | grep -A5 'extensions:'",
        "oc debug node/{name} -- chroot /host rpm-ostree status",
    ])
    .verify(&["oc get machineconfigpools"]);
