//! A node that has the new operating system half, and is refused it again.
//!
//! # Why it matters
//!
//! The first attempt to change to the new image failed after it was pulled, because the image did
//! not pass a check of its own. Every further attempt ends with *Old and new refs are equal*, which
//! hides the first error. The node stays Degraded.
//!
//! # What to do
//!
//! Read the first error in the log of the machine-config daemon; move the cluster to a release whose
//! image is sound, and clean up the pending deployment.
//!
//! # Blind spots
//!
//! The first error stands only in the log, and only while the pod of the daemon is the same.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/2275>

use mustknow_gather::kinds::{MACHINE_CONFIG_POOL, POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, Degraded, judge_complaints};
use crate::meta::Releases;

static FIRST: LogPattern = LogPattern::new(
    "Sanity-checking final rootfs",
    "openshift-machine-config-operator",
    "machine-config-daemon",
);

const SIGN: &str = "Old and new refs are equal";

pub(super) static META: Meta = Meta {
    id: "okd/pivot-refs-equal",
    title: "a node that has the new operating system half",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(19, 21)),
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[Need::Kind(&POD), Need::Log(&FIRST)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_complaints(case, Complaint::RpmOstree, |degraded| finding(case, degraded))
}

fn finding(case: &Case<'_>, degraded: &Degraded<'_>) -> Option<Finding> {
    if !degraded.text.contains(SIGN) {
        return None;
    }
    let node = &degraded.node;
    let first: Vec<_> = case
        .log_hits(&FIRST)
        .filter(|hits| {
            let pod = case.find::<Pod<'_>>(FIRST.namespace, &hits.pod);
            pod.and_then(Pod::node).as_deref() == Some(node)
        })
        .map(|hits| Evidence::logged(FIRST.namespace, hits))
        .collect();
    let seen = !first.is_empty();
    let summary = format!(
        "node {node} holds the new operating system in a deployment that failed, and rpm-ostree \
         refuses to begin it again"
    );
    let finding = degraded
        .finding(summary)?
        .why(
            "The image was pulled and did not pass a check of its own. What was left makes every \
             further attempt end at once, so the daemon cannot get on by itself.",
        )
        .evidence(first)
        .explains(degraded.subject(), SIGN)
        .remedy(
            Remedy::new(
                "Move the cluster to a release whose image passes the check, and clean up what the \
                 failed attempt left on the node.",
            )
            .command(format!("oc debug node/{node} -- chroot /host rpm-ostree status"))
            .command(format!("oc debug node/{node} -- chroot /host rpm-ostree cleanup --pending"))
            .before(
                "the pending deployment is the failed one, and the node is booted into another",
                Proof::ByHand(format!("oc debug node/{node} -- chroot /host rpm-ostree status")),
            )
            .verify("oc get machineconfigpools"),
        );
    Some(if seen { finding } else { finding.likely("the error of the first attempt was not seen") })
}
