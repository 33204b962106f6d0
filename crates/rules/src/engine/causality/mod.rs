//! Which finding is the cause of which other finding.

mod edges;
mod explain;
#[cfg(test)]
mod tests;
mod weight;

pub use explain::{Explanation, explain, leads_to};
pub(crate) use weight::weigh;
