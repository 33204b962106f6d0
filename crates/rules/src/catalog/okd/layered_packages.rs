//! Layered packages that block the update of a node.
//!
//! The error names the file or the package that conflicts, not always all of them.
//!
//! - okd-project/okd-web `docs/project/upgrade-notes/from-4-15/3-known-issues-4-16.md`
//! - <https://github.com/okd-project/okd/issues/471>,
//!   <https://github.com/okd-project/okd/issues/441>

use crate::catalog::prelude::*;

/// Messages of rpm-ostree if layered packages block the update.
const SIGNS: [&str; 6] = [
    "Hardlinking",
    "Packages not found",
    "No enabled repositories",
    "\"--install\"",
    "Could not depsolve transaction",
    "cannot install both",
];

pub(super) const RULE: Rule = rule(Critical, Cause, OKD)
    .check(|cx| judge_degraded_nodes(cx, DegradedReason::RpmOstree, finding))
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .at_once("every further attempt fails as well")
    .even_while_installing("every further attempt fails as well")
    .why(
        "OKD nodes can have packages in addition to the operating system image, installed \
         manually or by older releases. If the new image contains the same files, or the \
         repositories no longer have the package, rpm-ostree rejects the update and the node \
         stays Degraded.",
    )
    .fix("Uninstall the layered packages, and let the machine-config daemon retry.")
    .run(&[
        "oc debug node/{name} -- chroot /host rpm-ostree status",
        "oc debug node/{name} -- chroot /host rpm-ostree uninstall <package>",
    ])
    .verify(&["oc get machineconfigpools"])
    .before(&[("nothing on the node needs the package, or the new image includes it", "")]);

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let sign = SIGNS.into_iter().find(|sign| degraded.message.contains(sign))?;
    // A file that exists twice belongs to a package; other links fail for other reasons.
    if sign == "Hardlinking" && !degraded.message.contains("File exists") {
        return None;
    }
    let last = degraded.message.rsplit_once("error: ").map_or(&*degraded.message, |(_, last)| last);
    let node = &degraded.node;
    let summary = format!("layered packages block the update of node {node}: {}", excerpt(last));
    Some(degraded.finding(summary)?.explains(degraded.subject(), sign))
}
