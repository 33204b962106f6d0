//! Reads machine-written Kubernetes YAML and JSON into values that borrow from the file's text.
//!
//! A forward pass writes the text onto a flat tape of nodes. Scalars stay untyped text until a field is
//! read as a number or boolean, so the label `1e685` or the tag `010` never becomes a number by itself.
//! YAML outside the subset that `oc` and `kubectl` write goes to `serde_yaml`, which is also the oracle of
//! the tests.

mod block_reader;
mod block_scalar;
mod children;
mod compact;
mod documents;
mod error;
mod extract;
mod extracted;
mod fallback;
mod guard;
mod json;
mod number;
mod quoted;
mod scalar;
mod skip;
mod tape;
mod tree;
mod value;

#[cfg(test)]
mod tests;

pub use error::YamlError;
pub use extract::{Extractor, LineCount};
pub use skip::{Pruned, Skip};
pub use tape::NodeId;
pub use tree::{ParseBuffers, SourceLines, Tree};
pub use value::{Entries, Items, Value};
