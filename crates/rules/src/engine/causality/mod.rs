//! Which finding is the cause of which other finding.

mod acyclic;
mod candidates;
mod edges;
mod explain;
#[cfg(test)]
mod tests;
mod weight;

pub(crate) use acyclic::AcyclicGraph;
pub use explain::{Explanation, explain};
pub(crate) use weight::weigh;
