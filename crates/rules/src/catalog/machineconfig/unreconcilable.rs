//! Unreconcilable MachineConfig change.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go`,
//!   `pkg/daemon/update.go` (`can't reconcile config`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(|cx| {
        judge_degraded_nodes(cx, DegradedReason::Unreconcilable, |degraded| {
            let what = format!("node {} cannot apply its new MachineConfig", degraded.node);
            degraded.finding(format!("{what}: {}", excerpt(&degraded.message)))
        })
    })
    .at_once("it stays until the MachineConfig is changed")
    .why(
        "Some settings are applied only when a machine is installed: disks, partitions, users \
         other than core, FIPS. A MachineConfig that changes them cannot be applied. The \
         machine-config-daemon marks its node as Unreconcilable and makes no changes, and the \
         pool is stuck.",
    )
    .fix("Remove the change from the MachineConfig. Reinstall the machines that must have it.")
    .run(&["oc get machineconfigs --sort-by=.metadata.creationTimestamp"])
    .verify(&["oc get machineconfigpools"]);
