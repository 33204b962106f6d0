//! Layered packages that block the update of a node.
//!
//! # Why it matters
//!
//! OKD nodes can have packages in addition to the operating system image, installed manually or by
//! older releases. If the new image contains the same files, or the repositories no longer have the
//! package, rpm-ostree rejects the update and the node stays Degraded.
//!
//! # What to do
//!
//! Uninstall the layered packages, and let the machine-config daemon retry.
//!
//! # Blind spots
//!
//! The error names the file or the package that conflicts, not always all of them.
//!
//! # References
//!
//! - okd-project/okd-web `docs/project/upgrade-notes/from-4-15/3-known-issues-4-16.md`
//! - <https://github.com/okd-project/okd/issues/471>,
//!   <https://github.com/okd-project/okd/issues/441>

use mustknow_cluster::model::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::domain::{DegradedNode, DegradedReason, judge_degraded_nodes};
use crate::engine::excerpt;
use crate::engine::meta::Releases;

/// Messages of rpm-ostree if layered packages block the update.
const SIGNS: [&str; 6] = [
    "Hardlinking",
    "Packages not found",
    "No enabled repositories",
    "\"--install\"",
    "Could not depsolve transaction",
    "cannot install both",
];

pub(super) static META: Meta = Meta {
    id: "okd/layered-packages",
    title: "layered packages that block the update of a node",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_degraded_nodes(cx, DegradedReason::RpmOstree, finding)
}

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let sign = SIGNS.into_iter().find(|sign| degraded.message.contains(sign))?;
    // A file that exists twice belongs to a package; other links fail for other reasons.
    if sign == "Hardlinking" && !degraded.message.contains("File exists") {
        return None;
    }
    let node = &degraded.node;
    let last = degraded.message.rsplit_once("error: ").map_or(&*degraded.message, |(_, last)| last);
    let summary = format!("layered packages block the update of node {node}: {}", excerpt(last));
    Some(
        degraded
            .finding(summary)?
            .why(
                "rpm-ostree reinstalls the layered packages on the new image and fails: the image \
                 contains the same files, or no repository has the package.",
            )
            .explains(degraded.subject(), sign)
            .remedy(
                Remedy::new(
                    "Uninstall the layered packages; the machine-config daemon then retries \
                     automatically.",
                )
                .command(format!("oc debug node/{node} -- chroot /host rpm-ostree status"))
                .command(format!(
                    "oc debug node/{node} -- chroot /host rpm-ostree uninstall <package>"
                ))
                .precondition(
                    "nothing on the node needs the package, or the new image includes it",
                    Proof::ByHand(String::new()),
                )
                .verify("oc get machineconfigpools"),
            ),
    )
}
