//! Which finding explains which.

mod edges;
mod explain;
#[cfg(test)]
mod tests;

pub use explain::{Explanation, explain, leads_to};
