//! Missing OS extensions on a node.
//!
//! The message is in an annotation of the node and in the condition of the pool, truncated to 2000
//! characters.
//!
//! - openshift/machine-config-operator `pkg/daemon/update.go` (`the following extension packages
//!   are missing from the staged deployment`, `extension %q verification failed`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "A MachineConfig requests extensions: packages that the release provides in addition to \
         the operating system. After the update some of them are missing, so the \
         machine-config-daemon does not report the node as Done, and its pool is stuck.",
    )
    .fix(
        "Check whether the release still has the extension under that name, and whether the \
         mirror serves the complete extensions image. Remove the extension if it is not needed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_degraded_nodes(cx, DegradedReason::Extension, finding)
}

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary = format!(
        "extensions are missing on node {node} after its update: {}",
        excerpt(&degraded.message)
    );
    let finding = degraded.finding(summary)?;
    Some(
        finding
            .run("oc get machineconfigs -o yaml | grep -A5 'extensions:'")
            .run(format!("oc debug node/{node} -- chroot /host rpm-ostree status"))
            .verify("oc get machineconfigpools"),
    )
}
