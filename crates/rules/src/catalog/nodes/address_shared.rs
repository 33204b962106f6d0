//! Nodes with a duplicate InternalIP address.
//!
//! Only addresses of type InternalIP are compared. Addresses that were obfuscated before the
//! archive was shared are ignored.
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go` (`NodeAddress`)

use std::net::IpAddr;

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "The API server reaches kubelets, and etcd members reach each other, by the address of \
         the node. If two nodes have the same address, traffic for one node reaches the other: \
         logs and exec go to the wrong node, and a network plugin uses only one of them.",
    )
    .fix(
        "Give each node a unique address. Delete a Node object that remains from a replaced \
         machine.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let mut by_address: BTreeMap<String, Vec<Node<'_>>> = BTreeMap::new();
    for node in &nodes {
        // Obfuscated addresses can have the same placeholder on all nodes.
        let is_real = |address: &Cow<'_, str>| address.parse::<IpAddr>().is_ok();
        for address in node.addresses("InternalIP").filter(is_real) {
            by_address.entry(address.into_owned()).or_default().push(*node);
        }
    }
    let findings = by_address
        .iter()
        .filter(|(_, nodes)| nodes.len() > 1)
        .filter_map(|(address, nodes)| finding(cx, address, nodes));
    Ok(Checked::over(nodes.len(), findings))
}

fn finding(cx: &RuleContext<'_>, address: &str, nodes: &[Node<'_>]) -> Option<Finding> {
    let (first, rest) = nodes.split_first()?;
    let names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    let evidence = |node: &Node<'_>| {
        let note = format!("node {} reports InternalIP {address}", node.name());
        Evidence::field(node.resource(), &["status", "addresses"], note)
    };
    // The Node object of a replaced machine keeps the address that the new machine has now.
    let is_stale = |node: &Node<'_>| {
        node.condition("Ready").is_some_and(|ready| ready.status() == Status::Unknown)
    };
    let stale: Vec<_> = nodes.iter().filter(|node| is_stale(node)).collect();
    let summary = format!(
        "{} share the InternalIP {address}: {}",
        pluralize(names.len(), "node"),
        name_list(&names)
    );
    let finding = Finding::new(Subject::view(*first), summary, evidence(first))
        .evidence(rest.iter().map(evidence))
        .keywords(names.join(" "))
        .keywords(address);
    let client = client(cx);
    Some(match stale.first() {
        Some(stale) if nodes.len() > 1 => finding
            .severity(Warning)
            .fix("Delete the Node object of the removed machine.")
            .run(format!("{client} delete node {}", stale.name()))
            .verify(format!("{client} get nodes -o wide"))
            .before(
                format!("the machine of node {} was removed permanently", stale.name()),
                Proof::ByHand(format!("{client} describe node {}", stale.name())),
            ),
        _ => finding
            .fix("Give each node a unique address.")
            .run(format!("{client} get nodes -o wide"))
            .verify(format!("{client} get nodes -o wide")),
    })
}
