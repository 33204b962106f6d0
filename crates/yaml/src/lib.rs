//! Reads machine-written Kubernetes YAML and JSON into values that borrow from the file's text.
//!
//! A forward pass lays the text out as a flat tape of nodes; scalars stay untyped text until the field
//! that is read says what it is, so that the label `1e685` or the tag `010` never turns into a number by
//! itself. What lies outside the subset that `oc` and `kubectl` write goes to `serde_yaml`, which is
//! also the oracle of the tests.

mod block;
mod children;
mod documents;
mod error;
mod extract;
mod fallback;
mod flow;
mod guard;
mod inline;
mod json;
mod lines;
mod number;
mod packed;
mod quoted;
mod read;
mod scalar;
mod skip;
mod tape;
mod tree;
mod value;

#[cfg(test)]
mod tests_go_yaml;
#[cfg(test)]
mod tests_hostile;
#[cfg(test)]
mod tests_oracle;
#[cfg(test)]
mod tests_roundtrip;

pub use children::{Entries, Items};
pub use error::YamlError;
pub use extract::{Extracts, LineCount};
pub use skip::{Skip, Unread};
pub use tape::NodeId;
pub use tree::{Lines, Spare, Tree};
pub use value::Value;
