//! Node that does not come back from the change to CentOS Stream CoreOS.
//!
//! The archive contains no data from a node that does not boot.
//!
//! - okd-project/okd-web `docs/project/upgrade-notes/from-4-15/2-fcos-to-scos-migration.md`,
//!   `3-known-issues-4-16.md`
//! - <https://github.com/okd-project/okd/issues/2041>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, okd(16, 16))
    .each(&[&NODE], |cx, node| Ok(finding(cx, Node::of(node))))
    // A node may take that long to boot another operating system.
    .grace(Span::minutes(30))
    .why(
        "The update of OKD to 4.16 changes nodes from Fedora CoreOS to CentOS Stream CoreOS. \
         Some nodes do not boot afterwards: the older kernel does not support the ext4 feature \
         orphan_file, the boot loader is not trusted with Secure Boot enabled, or disk names \
         change. The MachineConfigPool and the update wait for the node.",
    )
    .fix("Check the console of the node: it shows which of the three problems it is.")
    .verify(&["oc get node {name}"])
    .before(&[("the console shows one of these three problems", "")]);

/// A node that last reported Fedora while another configuration was being applied, and has not
/// reported its status since.
fn finding(cx: &RuleContext<'_>, node: Node<'_>) -> Option<Finding> {
    let ready = node.condition("Ready").filter(|it| it.status() == Status::Unknown)?;
    let was_fedora = node.info("osImage").is_some_and(|image| image.contains("Fedora CoreOS"));
    let name = node.name();
    let summary = format!(
        "node {name} did not come back from the change from Fedora to CentOS Stream CoreOS"
    );
    let path = ["status", "nodeInfo", "osImage"];
    let evidence =
        Evidence::field(node.resource(), &path, "the operating system that it last reported");
    (was_fedora && is_being_updated(node)).then(|| {
        Finding::new(Subject::view(node), summary, evidence)
            .possible("the hardware, the network or the disk of the node may have failed instead")
            .since(ready.since())
            .keywords(name)
            .evidence([Evidence::condition(node.resource(), ready, "kubelet reports no status")])
            .evidence(heartbeat_evidence(cx, name))
            .explains(Subject::view(node), "")
    })
}
