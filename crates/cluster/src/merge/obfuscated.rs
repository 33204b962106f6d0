//! Detects that must-gather-clean processed an archive without its report.
//!
//! must-gather-clean writes the report to the current directory, so the archive often does not
//! contain it. The replacements of IP addresses show that it ran.

use crate::model::hidden;
use crate::model::snapshot::Snapshot;
use crate::model::view::View;
use crate::views::{Node, Pod};

/// Whether an IP address of a node or a pod was replaced.
pub(crate) fn shows_in(snapshot: &Snapshot) -> bool {
    let of_nodes = snapshot.all::<Node<'_>>().flat_map(|node| node.addresses("InternalIP"));
    let of_pods = snapshot.all::<Pod<'_>>().filter_map(|pod| {
        let pod = pod.resource();
        pod.text(&["status", "podIP"]).or_else(|| pod.text(&["status", "hostIP"]))
    });
    of_nodes.chain(of_pods).any(|address| hidden::is_replaced_address(&address))
}
