//! Missing OS extensions on a node.
//!
//! # Why it matters
//!
//! A MachineConfig requests extensions: packages that the release provides in addition to the
//! operating system. After the update some of them are missing, so the machine-config-daemon does
//! not report the node as Done, and its pool is stuck.
//!
//! # What to do
//!
//! Check whether the release still has the extension under that name, and whether the mirror serves
//! the complete extensions image. Remove the extension if it is not needed.
//!
//! # Blind spots
//!
//! The message is in an annotation of the node and in the condition of the pool, truncated to 2000
//! characters.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/update.go` (`the following extension packages
//!   are missing from the staged deployment`, `extension %q verification failed`)

use mustknow_cluster::model::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::domain::{DegradedNode, DegradedReason, judge_degraded_nodes};
use crate::engine::excerpt;

pub(super) static META: Meta = Meta {
    id: "machineconfig/extension-missing",
    title: "missing OS extensions on a node",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_degraded_nodes(cx, DegradedReason::Extension, finding)
}

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary = format!(
        "extensions are missing on node {node} after its update: {}",
        excerpt(&degraded.message)
    );
    let finding = degraded.finding(summary)?.why(
        "The daemon checks that the packages of every extension are installed before it reports a \
         node as Done. They are missing from the extensions image, or the image was not served \
         completely.",
    );
    Some(
        finding.remedy(
            Remedy::new("Compare the requested extensions with the extensions of the release.")
                .command("oc get machineconfigs -o yaml | grep -A5 'extensions:'")
                .command(format!("oc debug node/{node} -- chroot /host rpm-ostree status"))
                .verify("oc get machineconfigpools"),
        ),
    )
}
