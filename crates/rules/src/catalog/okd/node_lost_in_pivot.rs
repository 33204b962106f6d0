//! Node that does not come back from the change to CentOS Stream CoreOS.
//!
//! The archive contains no data from a node that does not boot, so this finding is only possible:
//! the hardware, the network or the disk of the node may have failed instead.
//!
//! - okd-project/okd-web `docs/project/upgrade-notes/from-4-15/2-fcos-to-scos-migration.md`,
//!   `3-known-issues-4-16.md`
//! - <https://github.com/okd-project/okd/issues/2041>

use crate::catalog::prelude::*;

/// How long a node may take to boot another operating system.
const BOOT: Span = Span::minutes(30);

pub(super) const RULE: Rule = rule(Error, Cause, okd(16, 16))
    .needs(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "The update of OKD to 4.16 changes nodes from Fedora CoreOS to CentOS Stream CoreOS. \
         Some nodes do not boot afterwards: the older kernel does not support the ext4 feature \
         orphan_file, the boot loader is not trusted with Secure Boot enabled, or disk names \
         change. The MachineConfigPool and the update wait for the node.",
    )
    .fix("Check the console of the node: it shows which of the three problems it is.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let findings = nodes.iter().filter(|node| is_lost(cx, **node)).map(|node| finding(cx, *node));
    Ok(Checked::over(nodes.len(), findings))
}

/// Whether the node last reported Fedora while another configuration was being applied, and has
/// not reported its status since.
fn is_lost(cx: &RuleContext<'_>, node: Node<'_>) -> bool {
    let is_silent = node.condition("Ready").is_some_and(|ready| {
        !ready.is_true() && !ready.is_false() && cx.is_older(ready.since(), BOOT)
    });
    let was_fedora = node.info("osImage").is_some_and(|image| image.contains("Fedora CoreOS"));
    is_silent && was_fedora && is_being_updated(node)
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>) -> Finding {
    let name = node.name();
    let since = node.condition("Ready").and_then(Condition::since);
    Finding::new(
        Subject::view(node),
        format!(
            "node {name} did not come back from the change from Fedora to CentOS Stream CoreOS"
        ),
        Evidence::field(
            node.resource(),
            &["status", "nodeInfo", "osImage"],
            "the operating system that it last reported",
        ),
    )
    .possible("the hardware, the network or the disk of the node may have failed instead")
    .since(since)
    .keywords(name)
    .evidence(
        node.condition("Ready")
            .map(|ready| Evidence::condition(node.resource(), ready, "kubelet reports no status")),
    )
    .evidence(heartbeat_evidence(cx, name))
    .explains(Subject::view(node), "")
    .before("the console shows one of these three problems", Proof::ByHand(String::new()))
    .verify(format!("oc get node {name}"))
}
