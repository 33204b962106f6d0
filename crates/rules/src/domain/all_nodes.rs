//! Whether every node of the cluster is in the archive.
//!
//! A must-gather writes nodes one by one, so a missing file proves nothing. But each kubelet has a
//! Lease in `kube-node-lease`, and these are written as one list: if every Lease has its node, no
//! node is missing.

use mustknow_cluster::model::kinds::{LEASE, NODE};
use mustknow_cluster::model::snapshot::{Missing, Searched};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Lease, Node};

use crate::terms::context::RuleContext;

const LEASES: &str = "kube-node-lease";

/// Proves that every node was collected.
pub fn prove_all_nodes(cx: &RuleContext<'_>) -> Result<Searched, Missing> {
    let missing = match cx.prove_whole(&NODE, "") {
        Ok(searched) => return Ok(searched),
        Err(missing) => missing,
    };
    let searched = cx.prove_whole(&LEASE, LEASES).map_err(|_| missing.clone())?;
    let mut leases = cx.within::<Lease<'_>>(LEASES).peekable();
    let is_known = |lease: Lease<'_>| cx.find::<Node<'_>>("", lease.resource().name()).is_some();
    if leases.peek().is_some() && leases.all(is_known) { Ok(searched) } else { Err(missing) }
}

/// Proves that the node of that name does not exist.
pub fn prove_node_absent(cx: &RuleContext<'_>, node: &str) -> Option<Searched> {
    if node.is_empty() || cx.find::<Node<'_>>("", node).is_some() {
        return None;
    }
    prove_all_nodes(cx).ok()
}
