//! `registries.conf` that rpm-ostree cannot read.
//!
//! The archive does not show why the file has other permissions on a node.
//!
//! - <https://github.com/okd-project/okd/issues/1851>

use crate::catalog::prelude::*;

const FILE: &str = "/etc/containers/registries.conf";

pub(super) const RULE: Rule = rule(Critical, Cause, okd(12, 15))
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "Since 4.12, rpm-ostree pulls the operating system as a container image, and reads \
         /etc/containers/registries.conf as a separate user. On nodes where only root can read \
         that file, the pull fails and the node stays Degraded.",
    )
    .fix("Make the file readable for all users.");

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_degraded_nodes(cx, DegradedReason::RpmOstree, finding)
}

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let mentions = |sign: &str| degraded.message.contains(sign);
    if !mentions("registries.conf") || !mentions("permission denied") {
        return None;
    }
    let node = &degraded.node;
    let summary = format!("rpm-ostree has no permission to read {FILE} on node {node}");
    Some(
        degraded
            .finding(summary)?
            .explains(degraded.subject(), "registries.conf")
            .run(format!("oc debug node/{node} -- chroot /host ls -lZ {FILE}"))
            .run(format!("oc debug node/{node} -- chroot /host chmod 0644 {FILE}"))
            .before(
                "the file is the one that the Machine Config Operator writes, and only its \
                         permissions differ",
                Proof::ByHand(format!("oc debug node/{node} -- chroot /host ls -lZ {FILE}")),
            )
            .verify("oc get machineconfigpools"),
    )
}
