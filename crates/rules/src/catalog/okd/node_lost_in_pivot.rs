//! A node that does not come back from its change to CentOS Stream.
//!
//! # Why it matters
//!
//! The update of OKD to 4.16 changes nodes from Fedora CoreOS to CentOS Stream CoreOS. Some do not
//! boot then: the older kernel does not know the ext4 feature `orphan_file`, the boot loader is not
//! trusted with Secure Boot on, disks change their names. The pool, and the update, wait for the
//! node.
//!
//! # What to do
//!
//! Look at the console of the node: it tells which of the three it is.
//!
//! # Blind spots
//!
//! Nothing of a node that does not boot is in an archive, so this is a possibility: its hardware,
//! its network or its disk may have failed as well.
//!
//! # References
//!
//! - okd-project/okd-web `docs/project/upgrade-notes/from-4-15/2-fcos-to-scos-migration.md`,
//!   `3-known-issues-4-16.md`
//! - <https://github.com/okd-project/okd/issues/2041>

use mustknow_gather::kinds::{Condition, NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{heartbeat, is_rolled};
use crate::meta::Releases;

/// How long a node may take to boot another system.
const BOOT: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "okd/node-lost-in-pivot",
    title: "a node that does not come back from its change to CentOS Stream",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(16, 16)),
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let findings = nodes
        .iter()
        .filter(|node| is_lost(case, **node))
        .map(|node| finding(case, *node))
        .collect();
    Verdict::over(nodes.len(), findings, "no node in the archive")
}

/// Whether the node was last seen with Fedora while it was given another configuration, and has
/// been silent since.
fn is_lost(case: &Case<'_>, node: Node<'_>) -> bool {
    let is_silent = node.condition("Ready").is_some_and(|ready| {
        !ready.is_true() && !ready.is_false() && case.is_older(ready.since(), BOOT)
    });
    let was_fedora = node.info("osImage").is_some_and(|image| image.contains("Fedora CoreOS"));
    is_silent && was_fedora && is_rolled(node)
}

fn finding(case: &Case<'_>, node: Node<'_>) -> Finding {
    let name = node.name();
    let since = node.condition("Ready").and_then(Condition::since);
    Finding::new(
        Subject::view(node),
        format!("node {name} does not come back from its change from Fedora to CentOS Stream"),
        Evidence::field(
            node.resource(),
            &["status", "nodeInfo", "osImage"],
            "the system it was last seen with",
        ),
    )
    .why(
        "It was being given the configuration of the new release and has been silent since it \
         restarted. A file system with the feature orphan_file, Secure Boot, or disks that changed \
         their names keep nodes from booting CentOS Stream.",
    )
    .possible("its hardware, its network or its disk may have failed as well")
    .since(since)
    .saying(name)
    .evidence(
        node.condition("Ready")
            .map(|ready| Evidence::condition(node.resource(), ready, "its kubelet is silent")),
    )
    .evidence(heartbeat(case, name))
    .explains(Subject::view(node), "")
    .remedy(
        Remedy::new(
            "Look at the console of the node. A failed fsck: remove the feature from its \
             unmounted ext4 file systems in the emergency shell (tune2fs -O ^orphan_file). A boot \
             loader that is refused: switch Secure Boot off. A missing disk: boot with \
             scsi_mod.scan=sync.",
        )
        .before("the console shows one of these three", Proof::ByHand(String::new()))
        .verify(format!("oc get node {name}")),
    )
}
