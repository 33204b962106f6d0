//! A node whose configuration of registries rpm-ostree may not read.
//!
//! # Why it matters
//!
//! From 4.12 on rpm-ostree pulls the operating system as a container image, and reads
//! `/etc/containers/registries.conf` as a user of its own. On nodes where that file is readable for
//! root only, the pull fails and the node stays Degraded.
//!
//! # What to do
//!
//! Make the file readable for everybody.
//!
//! # Blind spots
//!
//! Why the file has other rights on a node is not in an archive.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1851>

use mustknow_gather::kinds::MACHINE_CONFIG_POOL;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, Degraded, judge_complaints};
use crate::meta::Releases;

const FILE: &str = "/etc/containers/registries.conf";

pub(super) static META: Meta = Meta {
    id: "okd/registries-conf-unreadable",
    title: "a node whose configuration of registries rpm-ostree may not read",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(12, 15)),
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_complaints(case, Complaint::RpmOstree, finding)
}

fn finding(degraded: &Degraded<'_>) -> Option<Finding> {
    let says = |words: &str| degraded.text.contains(words);
    if !says("registries.conf") || !says("permission denied") {
        return None;
    }
    let node = &degraded.node;
    let summary = format!("rpm-ostree may not read {FILE} on node {node}");
    Some(
        degraded
            .finding(summary)?
            .why(
                "rpm-ostree pulls the image of the operating system as a user of its own and needs \
                 the file for it. The node is Degraded until it can read it.",
            )
            .explains(degraded.subject(), "registries.conf")
            .remedy(
                Remedy::new("Make the file readable for everybody.")
                    .command(format!("oc debug node/{node} -- chroot /host ls -lZ {FILE}"))
                    .command(format!("oc debug node/{node} -- chroot /host chmod 0644 {FILE}"))
                    .before(
                        "the file is the one the machine-config operator writes, and only its \
                         rights differ",
                        Proof::ByHand(format!(
                            "oc debug node/{node} -- chroot /host ls -lZ {FILE}"
                        )),
                    )
                    .verify("oc get machineconfigpools"),
            ),
    )
}
