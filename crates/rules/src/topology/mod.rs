//! The graph of objects: what an object depends on, and how each of these is doing.
//!
//! Edges are read from the objects themselves: owners, selectors, names in their specs. An edge whose
//! end is not in the archive says whether that end is proved absent or was not collected.

mod dependency;
mod edges;
mod graph;
mod object_status;
mod tree;

pub use dependency::{DependencyTarget, ObjectDependency, Relation};
pub use edges::dependencies;
pub use graph::Topology;
pub use object_status::ObjectStatus;
pub use tree::{DependencyTree, TreeBuilder};
