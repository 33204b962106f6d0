//! A node whose extensions of the operating system are not complete.
//!
//! # Why it matters
//!
//! A MachineConfig asks for extensions: packages that the release brings beside the operating
//! system. After the update some of them are not there, so the machine-config daemon does not call
//! the node done and its pool stands still.
//!
//! # What to do
//!
//! See whether the release still has the extension under that name, and whether the mirror serves
//! the whole extensions image. Take out the extension when nobody needs it.
//!
//! # Blind spots
//!
//! The words stand in an annotation of the node and in the pool's condition, cut to 2000
//! characters.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/update.go` (`the following extension packages
//!   are missing from the staged deployment`, `extension %q verification failed`)

use mustknow_gather::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, Degraded, excerpt, judge_complaints};

pub(super) static META: Meta = Meta {
    id: "machineconfig/extension-missing",
    title: "a node whose extensions of the operating system are not complete",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_complaints(case, Complaint::Extension, finding)
}

fn finding(degraded: &Degraded<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary = format!(
        "extensions are missing on node {node} after its update: {}",
        excerpt(&degraded.text)
    );
    let finding = degraded.finding(summary)?.why(
        "The daemon checks that the packages of every extension are installed before it calls a \
         node done. The extensions image lacks them, or it was not served whole.",
    );
    Some(
        finding.remedy(
            Remedy::new("Compare the extensions that are asked for with those of the release.")
                .command("oc get machineconfigs -o yaml | grep -A5 'extensions:'")
                .command(format!("oc debug node/{node} -- chroot /host rpm-ostree status"))
                .verify("oc get machineconfigpools"),
        ),
    )
}
