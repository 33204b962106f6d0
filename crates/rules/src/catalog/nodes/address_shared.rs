//! Nodes with a duplicate InternalIP address.
//!
//! Only addresses of type InternalIP are compared, and not those that are masked.
//!
//! - kubernetes/kubernetes `pkg/kubelet/nodestatus/setters.go` (`NodeAddress`)

use std::net::IpAddr;

use mustknow_cluster::model::hidden::{Masked, is_pseudonym};

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .check(check)
    .at_once("no two nodes may ever have the same address")
    .even_while_installing("the installer does not change the address of a machine")
    .why(
        "The API server reaches kubelets, and etcd members reach each other, by the address of \
         the node. If two nodes have the same address, traffic for one node reaches the other: \
         logs and exec go to the wrong node, and a network plugin uses only one of them.",
    )
    .fix("Give each node a unique address.")
    .run(&["oc get nodes -o wide"])
    .verify(&["oc get nodes -o wide"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let (mut examined, mut masked) = (0, Vec::new());
    let mut by_address: BTreeMap<String, BTreeMap<&str, Node<'_>>> = BTreeMap::new();
    for node in cx.all::<Node<'_>>() {
        match internal_addresses(node) {
            Ok(addresses) => {
                examined += 1;
                for address in addresses {
                    by_address.entry(address.into_owned()).or_default().insert(node.name(), node);
                }
            }
            Err(one) => masked.push(one),
        }
    }
    let findings = by_address.iter().filter_map(|(address, nodes)| {
        let nodes: Vec<_> = nodes.values().copied().collect();
        finding(address, &nodes)
    });
    Ok(Checked::over(examined, findings).or_unknown(masked.into_iter().take(3).map(Gap::from)))
}

/// The addresses of a node. A pseudonym stands for one address everywhere.
fn internal_addresses(node: Node<'_>) -> Result<Vec<Cow<'_, str>>, Masked> {
    let addresses = node.visible_addresses("InternalIP")?;
    let is_known = |text: &str| text.parse::<IpAddr>().is_ok() || is_pseudonym(text);
    if addresses.iter().all(|text| is_known(text)) {
        return Ok(addresses);
    }
    Err(Masked::new(Subject::view(node), &["status", "addresses"]))
}

fn finding(address: &str, nodes: &[Node<'_>]) -> Option<Finding> {
    let (first, rest) = nodes.split_first().filter(|(_, rest)| !rest.is_empty())?;
    let names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    let evidence = |node: &Node<'_>| {
        let note = format!("node {} reports InternalIP {address}", node.name());
        Evidence::field(node.resource(), &["status", "addresses"], note)
    };
    // The Node object of a replaced machine keeps the address that the new machine has now.
    let is_stale = |node: &&Node<'_>| {
        node.condition("Ready").is_some_and(|ready| ready.status() == Status::Unknown)
    };
    let summary = format!(
        "{} share the InternalIP {address}: {}",
        pluralize(names.len(), "node"),
        name_list(&names)
    );
    let finding = Finding::new(Subject::view(*first), summary, evidence(first))
        .evidence(rest.iter().map(evidence))
        .keywords(names.join(" "))
        .keywords(address);
    Some(match nodes.iter().find(is_stale).map(|node| node.name()) {
        Some(stale) => finding
            .severity(Warning)
            .fix("Delete the Node object of the removed machine.")
            .with("stale_node", stale)
            .run("oc delete node {stale_node}")
            .before(
                format!("the machine of node {stale} was removed permanently"),
                Proof::by_hand("oc describe node {stale_node}"),
            ),
        None => finding,
    })
}
