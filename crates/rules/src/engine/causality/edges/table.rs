//! The edges of all files, in the order in which they are tried.

use super::edge::Edge;
use super::{
    apis, certificates, control_plane, network, nodes, operators, platform, pods, pools, routing,
    specific, update,
};

/// Every edge.
pub(crate) fn all() -> impl Iterator<Item = &'static Edge> {
    let tables = [
        nodes::EDGES,
        apis::EDGES,
        pools::EDGES,
        certificates::EDGES,
        operators::EDGES,
        update::EDGES,
        control_plane::EDGES,
        platform::EDGES,
        pods::EDGES,
        network::EDGES,
        routing::EDGES,
        specific::EDGES,
    ];
    tables.into_iter().flatten()
}
