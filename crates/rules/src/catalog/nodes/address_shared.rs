//! Nodes with a duplicate InternalIP address.
//!
//! # Why it matters
//!
//! The API server reaches kubelets, and etcd members reach each other, by the address of the node.
//! If two nodes have the same address, traffic for one node reaches the other: logs and exec go to
//! the wrong node, and a network plugin uses only one of them.
//!
//! # What to do
//!
//! Give each node a unique address. Delete a Node object that remains from a replaced machine.
//!
//! # Blind spots
//!
//! Only addresses of type InternalIP are compared. Addresses that were obfuscated before the
//! archive was shared are ignored.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go` (`NodeAddress`)

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::views::{Node, Status};

use crate::catalog::prelude::*;
use crate::engine::{client, name_list, pluralize};

pub(super) static META: Meta = Meta {
    id: "nodes/address-shared",
    title: "nodes with a duplicate InternalIP address",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
        .filter_map(|(address, nodes)| finding(cx, address, nodes))
        .collect();
    Verdict::over(nodes.len(), findings, "no node in the archive")
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
        .keywords(address)
        .why(
            "The API server and the network plugin reach a node by its address. Traffic for one of \
             these nodes reaches the other.",
        );
    let client = client(cx);
    Some(match stale.first() {
        Some(stale) if nodes.len() > 1 => finding.severity(Severity::Warning).remedy(
            Remedy::new("Delete the Node object of the removed machine.")
                .command(format!("{client} delete node {}", stale.name()))
                .verify(format!("{client} get nodes -o wide"))
                .precondition(
                    format!("the machine of node {} was removed permanently", stale.name()),
                    Proof::ByHand(format!("{client} describe node {}", stale.name())),
                ),
        ),
        _ => finding.remedy(
            Remedy::new("Give each node a unique address.")
                .command(format!("{client} get nodes -o wide"))
                .verify(format!("{client} get nodes -o wide")),
        ),
    })
}
