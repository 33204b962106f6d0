//! Two nodes that have the same address.
//!
//! # Why it matters
//!
//! The API server reaches kubelets, and etcd its members, by the address of the node. Where two
//! nodes have the same one, traffic for one reaches the other: logs and exec go to the wrong node,
//! and a network plugin keeps only one of them.
//!
//! # What to do
//!
//! Give each node an address of its own. A node object that is left over from a machine that was
//! replaced is deleted.
//!
//! # Blind spots
//!
//! Only addresses of type InternalIP count, and none that were hidden before the archive was handed
//! on.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go` (`NodeAddress`)

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use mustknow_gather::kinds::{NODE, Node, Status};

use crate::catalog::prelude::*;
use crate::facts::{client, count, few};

pub(super) static META: Meta = Meta {
    id: "nodes/address-shared",
    title: "two nodes that have the same address",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let mut by_address: BTreeMap<String, Vec<Node<'_>>> = BTreeMap::new();
    for node in &nodes {
        // What was put in the place of an address, to hide it, is the same for all.
        let is_real = |address: &Cow<'_, str>| address.parse::<IpAddr>().is_ok();
        for address in node.addresses("InternalIP").filter(is_real) {
            by_address.entry(address.into_owned()).or_default().push(*node);
        }
    }
    let findings = by_address
        .iter()
        .filter(|(_, nodes)| nodes.len() > 1)
        .filter_map(|(address, nodes)| finding(case, address, nodes))
        .collect();
    Verdict::over(nodes.len(), findings, "no node in the archive")
}

fn finding(case: &Case<'_>, address: &str, nodes: &[Node<'_>]) -> Option<Finding> {
    let (first, rest) = nodes.split_first()?;
    let names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    let evidence = |node: &Node<'_>| {
        let note = format!("node {} says that {address} is its own", node.name());
        Evidence::field(node.resource(), &["status", "addresses"], note)
    };
    // The object of a machine that was replaced keeps the address that its successor has now.
    let is_left_over = |node: &Node<'_>| {
        node.condition("Ready").is_some_and(|ready| ready.status() == Status::Unknown)
    };
    let left: Vec<_> = nodes.iter().filter(|node| is_left_over(node)).collect();
    let summary =
        format!("{} have the address {address}: {}", count(names.len(), "node"), few(&names));
    let finding = Finding::new(Subject::view(*first), summary, evidence(first))
        .evidence(rest.iter().map(evidence))
        .saying(names.join(" "))
        .saying(address)
        .why(
            "The API server and the network plugin reach a node by its address. What is meant for \
             one of these nodes reaches the other.",
        );
    let client = client(case);
    Some(match left.first() {
        Some(left) if nodes.len() > 1 => finding.severity(Severity::Warning).remedy(
            Remedy::new("Delete the node object of the machine that is gone.")
                .command(format!("{client} delete node {}", left.name()))
                .verify(format!("{client} get nodes -o wide"))
                .before(
                    format!("the machine of node {} is gone for good", left.name()),
                    Proof::ByHand(format!("{client} describe node {}", left.name())),
                ),
        ),
        _ => finding.remedy(
            Remedy::new("Give each node an address of its own.")
                .command(format!("{client} get nodes -o wide"))
                .verify(format!("{client} get nodes -o wide")),
        ),
    })
}
