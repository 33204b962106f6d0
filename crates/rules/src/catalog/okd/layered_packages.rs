//! Packages layered on a node that keep its operating system from being updated.
//!
//! # Why it matters
//!
//! Nodes of OKD take packages besides the image of the operating system, by hand or from older
//! releases. When the new image brings the same files, or the repositories no longer have the
//! package, rpm-ostree refuses the update and the node stays Degraded.
//!
//! # What to do
//!
//! Uninstall the layered packages and let the machine-config daemon try again.
//!
//! # Blind spots
//!
//! The complaint names the file or the package that conflicts, not always all of them.
//!
//! # References
//!
//! - okd-project/okd-web `docs/project/upgrade-notes/from-4-15/3-known-issues-4-16.md`
//! - <https://github.com/okd-project/okd/issues/471>,
//!   <https://github.com/okd-project/okd/issues/441>

use mustknow_gather::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, Degraded, excerpt, judge_complaints};
use crate::meta::Releases;

/// How rpm-ostree says that layered packages are in its way.
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
    title: "layered packages that keep a node from being updated",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_complaints(case, Complaint::RpmOstree, finding)
}

fn finding(degraded: &Degraded<'_>) -> Option<Finding> {
    let sign = SIGNS.into_iter().find(|sign| degraded.text.contains(sign))?;
    // A file that exists twice is one of a package; other links fail for other reasons.
    if sign == "Hardlinking" && !degraded.text.contains("File exists") {
        return None;
    }
    let node = &degraded.node;
    let last = degraded.text.rsplit_once("error: ").map_or(&*degraded.text, |(_, last)| last);
    let summary =
        format!("layered packages keep node {node} from being updated: {}", excerpt(last));
    Some(
        degraded
            .finding(summary)?
            .why(
                "rpm-ostree installs the layered packages anew on the new image, and cannot: the \
                 image brings the same files, or no repository has the package.",
            )
            .explains(degraded.subject(), sign)
            .remedy(
                Remedy::new(
                    "Uninstall the layered packages; the machine-config daemon tries again by \
                     itself.",
                )
                .command(format!("oc debug node/{node} -- chroot /host rpm-ostree status"))
                .command(format!(
                    "oc debug node/{node} -- chroot /host rpm-ostree uninstall <package>"
                ))
                .before(
                    "nothing on the node needs the package, or the new image brings it",
                    Proof::ByHand(String::new()),
                )
                .verify("oc get machineconfigpools"),
            ),
    )
}
