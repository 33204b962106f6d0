//! Whether an archive was cleaned although nothing in it says so.
//!
//! must-gather-clean writes its report where it was called, and hands on another folder. What it left
//! in the place of an address is in either case no address.
//!
//! Source: openshift/must-gather-clean `pkg/obfuscator/ip.go`.

use crate::model::snapshot::Snapshot;
use crate::model::view::View;
use crate::views::{Node, Pod};

/// Parts of what stands for an address.
const REPLACEMENTS: [&str; 4] = ["x-ipv4-", "-ipv6-", "xxx.xxx.xxx.xxx", "xxxx:xxxx:"];

/// Whether an address of a node or a pod was replaced.
pub(crate) fn shows_in(snapshot: &Snapshot) -> bool {
    let of_nodes = snapshot.all::<Node<'_>>().flat_map(|node| node.addresses("InternalIP"));
    let of_pods = snapshot.all::<Pod<'_>>().filter_map(|pod| {
        let pod = pod.resource();
        pod.text(&["status", "podIP"]).or_else(|| pod.text(&["status", "hostIP"]))
    });
    of_nodes
        .chain(of_pods)
        .any(|address| REPLACEMENTS.iter().any(|replacement| address.contains(replacement)))
}
