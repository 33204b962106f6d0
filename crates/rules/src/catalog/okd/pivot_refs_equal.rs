//! Node stuck with the rpm-ostree error Old and new refs are equal.
//!
//! The first error is only in the log, and only as long as the pod of the daemon is the same.
//!
//! - <https://github.com/okd-project/okd/issues/2275>

use crate::catalog::prelude::*;

const FIRST: LogPattern = LogPattern::new(
    "Sanity-checking final rootfs",
    "openshift-machine-config-operator",
    "machine-config-daemon",
);

const SIGN: &str = "Old and new refs are equal";

pub(super) const RULE: Rule = rule(Critical, Cause, okd(19, 21))
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&POD), Need::Log(&FIRST)])
    .check(check)
    .why(
        "The first attempt to change to the new image failed after the image was pulled, \
         because the image did not pass a sanity check. Every further attempt fails with *Old \
         and new refs are equal*, which hides the first error. The node stays Degraded.",
    )
    .fix(
        "Find the first error in the log of the machine-config daemon. Update the cluster to a \
         release with a valid image, and clean up the pending deployment.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_degraded_nodes(cx, DegradedReason::RpmOstree, |degraded| finding(cx, degraded))
}

fn finding(cx: &RuleContext<'_>, degraded: &DegradedNode<'_>) -> Option<Finding> {
    if !degraded.message.contains(SIGN) {
        return None;
    }
    let node = &degraded.node;
    let first: Vec<_> = cx
        .log_hits(&FIRST)
        .filter(|hits| {
            let pod = cx.find::<Pod<'_>>(FIRST.namespace, &hits.pod);
            pod.and_then(Pod::node).as_deref() == Some(node)
        })
        .map(|hits| Evidence::logged(FIRST.namespace, hits))
        .collect();
    let seen = !first.is_empty();
    let summary = format!(
        "node {node} has a failed deployment of the new operating system, and rpm-ostree refuses \
         to start it again"
    );
    let finding = degraded
        .finding(summary)?
        .evidence(first)
        .explains(degraded.subject(), SIGN)
        .run(format!("oc debug node/{node} -- chroot /host rpm-ostree status"))
        .run(format!("oc debug node/{node} -- chroot /host rpm-ostree cleanup --pending"))
        .before(
            "the pending deployment is the failed one, and the node is booted into another one",
            Proof::ByHand(format!("oc debug node/{node} -- chroot /host rpm-ostree status")),
        )
        .verify("oc get machineconfigpools");
    Some(if seen { finding } else { finding.likely("the error of the first attempt is not known") })
}
