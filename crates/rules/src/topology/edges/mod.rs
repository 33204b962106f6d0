//! The edges, by layer. Each is a function from an object to what it depends on.

mod openshift;
mod pods;
mod services;
mod storage;

use std::collections::HashSet;

use mustknow_cluster::model::resource::Resource;

use super::dependency::ObjectDependency;
use super::graph::Topology;

/// Adds the edges of one layer that start at an object.
type ReadEdges = for<'s> fn(&Topology<'s>, &'s Resource, &mut Vec<ObjectDependency<'s>>);

/// Every layer.
const LAYERS: [ReadEdges; 4] = [pods::edges, storage::edges, services::edges, openshift::edges];

/// What an object depends on, in the order of the layers, each once.
pub fn dependencies<'s>(graph: &Topology<'s>, object: &'s Resource) -> Vec<ObjectDependency<'s>> {
    let mut found = Vec::new();
    for layer in LAYERS {
        layer(graph, object, &mut found);
    }
    let mut seen = HashSet::new();
    found.retain(|it| seen.insert(it.target.subject()));
    found
}
