//! `registries.conf` that rpm-ostree cannot read.
//!
//! # Why it matters
//!
//! Since 4.12, rpm-ostree pulls the operating system as a container image, and reads
//! `/etc/containers/registries.conf` as a separate user. On nodes where only root can read that
//! file, the pull fails and the node stays Degraded.
//!
//! # What to do
//!
//! Make the file readable for all users.
//!
//! # Blind spots
//!
//! The archive does not show why the file has other permissions on a node.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1851>

use mustknow_cluster::model::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::domain::{DegradedNode, DegradedReason, judge_degraded_nodes};
use crate::engine::meta::Releases;

const FILE: &str = "/etc/containers/registries.conf";

pub(super) static META: Meta = Meta {
    id: "okd/registries-conf-unreadable",
    title: "registries.conf that rpm-ostree cannot read",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(12, 15)),
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
            .why(
                "rpm-ostree pulls the operating system image as a separate user and needs this \
                 file. The node is Degraded until rpm-ostree can read it.",
            )
            .explains(degraded.subject(), "registries.conf")
            .remedy(
                Remedy::new("Make the file readable for all users.")
                    .command(format!("oc debug node/{node} -- chroot /host ls -lZ {FILE}"))
                    .command(format!("oc debug node/{node} -- chroot /host chmod 0644 {FILE}"))
                    .precondition(
                        "the file is the one that the Machine Config Operator writes, and only its \
                         permissions differ",
                        Proof::ByHand(format!(
                            "oc debug node/{node} -- chroot /host ls -lZ {FILE}"
                        )),
                    )
                    .verify("oc get machineconfigpools"),
            ),
    )
}
