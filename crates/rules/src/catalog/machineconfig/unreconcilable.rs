//! A machine configuration whose change cannot be made on a running node.
//!
//! # Why it matters
//!
//! Some things are set once, when a machine is installed: disks, partitions, users other than core,
//! FIPS. A MachineConfig that changes them cannot be applied. The daemon marks its node
//! Unreconcilable and does nothing, and the pool stands still.
//!
//! # What to do
//!
//! Take the change out of the MachineConfig again. Machines that must have it are installed anew.
//!
//! # Blind spots
//!
//! The words stand in an annotation of the node and in the pool's condition, cut to 2000
//! characters. The daemon's log says more.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go`,
//!   `pkg/daemon/update.go` (`can't reconcile config`)

use mustknow_gather::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, Degraded, excerpt, judge_complaints};

pub(super) static META: Meta = Meta {
    id: "machineconfig/unreconcilable",
    title: "a machine configuration whose change cannot be made on a running node",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_complaints(case, Complaint::Unreconcilable, finding)
}

fn finding(degraded: &Degraded<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary = format!(
        "node {node} cannot take on its new machine configuration: {}",
        excerpt(&degraded.text)
    );
    let finding = degraded.finding(summary)?.why(
        "The configuration changes something that is set only when a machine is installed. The \
         daemon refuses, and its pool stands still until the change is taken back.",
    );
    Some(
        finding.remedy(
            Remedy::new("Take the change out of the MachineConfig that brought it.")
                .command("oc get machineconfigs --sort-by=.metadata.creationTimestamp")
                .verify("oc get machineconfigpools"),
        ),
    )
}
