//! Unreconcilable MachineConfig change.
//!
//! The message is in an annotation of the node and in the condition of the pool, truncated to 2000
//! characters. The log of the machine-config-daemon contains more details.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go`,
//!   `pkg/daemon/update.go` (`can't reconcile config`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "Some settings are applied only when a machine is installed: disks, partitions, users \
         other than core, FIPS. A MachineConfig that changes them cannot be applied. The \
         machine-config-daemon marks its node as Unreconcilable and makes no changes, and the \
         pool is stuck.",
    )
    .fix("Remove the change from the MachineConfig. Reinstall the machines that must have it.")
    .run(&["oc get machineconfigs --sort-by=.metadata.creationTimestamp"])
    .verify(&["oc get machineconfigpools"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_degraded_nodes(cx, DegradedReason::Unreconcilable, finding)
}

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary =
        format!("node {node} cannot apply its new MachineConfig: {}", excerpt(&degraded.message));
    let finding = degraded.finding(summary)?;
    Some(finding)
}
