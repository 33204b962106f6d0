//! Unreconcilable MachineConfig change.
//!
//! # Why it matters
//!
//! Some settings are applied only when a machine is installed: disks, partitions, users other than
//! core, FIPS. A MachineConfig that changes them cannot be applied. The machine-config-daemon marks
//! its node as Unreconcilable and makes no changes, and the pool is stuck.
//!
//! # What to do
//!
//! Remove the change from the MachineConfig. Reinstall the machines that must have it.
//!
//! # Blind spots
//!
//! The message is in an annotation of the node and in the condition of the pool, truncated to 2000
//! characters. The log of the machine-config-daemon contains more details.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go`,
//!   `pkg/daemon/update.go` (`can't reconcile config`)

use mustknow_cluster::model::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::domain::{DegradedNode, DegradedReason, judge_degraded_nodes};
use crate::engine::excerpt;

pub(super) static META: Meta = Meta {
    id: "machineconfig/unreconcilable",
    title: "unreconcilable MachineConfig change",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_degraded_nodes(cx, DegradedReason::Unreconcilable, finding)
}

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary =
        format!("node {node} cannot apply its new MachineConfig: {}", excerpt(&degraded.message));
    let finding = degraded.finding(summary)?.why(
        "The configuration changes something that is set only when a machine is installed. The \
         daemon rejects it, and its pool is stuck until the change is reverted.",
    );
    Some(
        finding.remedy(
            Remedy::new("Remove the change from the MachineConfig that introduced it.")
                .command("oc get machineconfigs --sort-by=.metadata.creationTimestamp")
                .verify("oc get machineconfigpools"),
        ),
    )
}
