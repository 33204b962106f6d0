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
    .check(|cx| judge_degraded_nodes(cx, DegradedReason::RpmOstree, |it| finding(cx, it)))
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&POD), Need::Log(&FIRST)])
    .at_once("every further attempt fails as well")
    .even_while_installing("every further attempt fails as well")
    .why(
        "The first attempt to change to the new image failed after the image was pulled, \
         because the image did not pass a sanity check. Every further attempt fails with *Old \
         and new refs are equal*, which hides the first error. The node stays Degraded.",
    )
    .fix(
        "Find the first error in the log of the machine-config daemon. Update the cluster to a \
         release with a valid image, and clean up the pending deployment.",
    )
    .run(&["oc debug node/{name} -- chroot /host rpm-ostree cleanup --pending"])
    .verify(&["oc get machineconfigpools"])
    .before(&[(
        "the pending deployment is the failed one, and the node is booted into another one",
        "oc debug node/{name} -- chroot /host rpm-ostree status",
    )]);

fn finding(cx: &RuleContext<'_>, degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = degraded.message.contains(SIGN).then_some(&degraded.node)?;
    let is_on_node = |hits: &&LogHits| {
        let pod = cx.find::<Pod<'_>>(&hits.namespace, &hits.pod);
        pod.and_then(Pod::node).as_deref() == Some(node)
    };
    let first = cx.log_hits(&FIRST).filter(is_on_node);
    let first: Vec<_> = first.map(|hits| Evidence::logged(&hits.namespace, hits)).collect();
    let is_known = !first.is_empty();
    let summary = format!(
        "node {node} has a failed deployment of the new operating system, and rpm-ostree refuses \
         to start it again"
    );
    let finding = degraded.finding(summary)?.evidence(first).explains(degraded.subject(), SIGN);
    let unknown = "the error of the first attempt is not known";
    Some(if is_known { finding } else { finding.likely(unknown) })
}
