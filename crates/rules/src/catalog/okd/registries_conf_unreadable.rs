//! `registries.conf` that rpm-ostree cannot read.
//!
//! The archive does not show why the file has other permissions on a node.
//!
//! - <https://github.com/okd-project/okd/issues/1851>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, okd(12, 15))
    .check(|cx| judge_degraded_nodes(cx, DegradedReason::RpmOstree, finding))
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .at_once("every further attempt fails as well")
    .even_while_installing("every further attempt fails as well")
    .why(
        "Since 4.12, rpm-ostree pulls the operating system as a container image, and reads \
         /etc/containers/registries.conf as a separate user. On nodes where only root can read \
         that file, the pull fails and the node stays Degraded.",
    )
    .fix("Make the file readable for all users.")
    .run(&["oc debug node/{name} -- chroot /host chmod 0644 /etc/containers/registries.conf"])
    .verify(&["oc get machineconfigpools"])
    .before(&[(
        "the file is the one that the Machine Config Operator writes, and only its permissions \
         differ",
        "oc debug node/{name} -- chroot /host ls -lZ /etc/containers/registries.conf",
    )]);

fn finding(degraded: &DegradedNode<'_>) -> Option<Finding> {
    let mentions = |sign: &str| degraded.message.contains(sign);
    if !mentions("registries.conf") || !mentions("permission denied") {
        return None;
    }
    let summary = format!(
        "rpm-ostree has no permission to read /etc/containers/registries.conf on node {}",
        degraded.node
    );
    Some(degraded.finding(summary)?.explains(degraded.subject(), "registries.conf"))
}
