//! One parsed file: its text and the tape of its nodes.
//!
//! A tree owns its text, so a value is a tree and a number, and a snapshot can keep `(Arc<Tree>, NodeId)`
//! for years without a lifetime.

use std::fmt;

use super::documents;
use super::error::YamlError;
use super::tape::{Node, NodeId, Tape};
use super::value::Value;

/// A parsed file: its text and a flat tape of nodes.
///
/// Mappings keep duplicate keys: [`Value::get`] answers with the last one, as Go and JSON do, and
/// [`Value::entries`] yields them all.
pub struct Tree {
    text: Box<str>,
    tape: Tape,
    used_fallback: bool,
}

impl Tree {
    /// Reads YAML (one or many documents) or JSON (one value or several in a row), whichever the text is.
    ///
    /// Text that begins with `{` or `[` is tried as JSON first, then as YAML.
    pub fn parse(text: impl Into<Box<str>>) -> Result<Self, YamlError> {
        let text = text.into();
        if u32::try_from(text.len()).is_err() {
            return Err(YamlError::TooLarge);
        }
        let (mut tape, used_fallback) = documents::read(&text)?;
        tape.nodes.shrink_to_fit();
        Ok(Self { text, tape, used_fallback })
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The roots of the documents that hold anything, in the order of the file.
    pub fn documents(&self) -> impl Iterator<Item = Value<'_>> {
        self.tape.roots.iter().map(|&root| Value::new(self, NodeId(root)))
    }

    /// The value at a node that [`Value::node`] named; None when this tree has no such node.
    pub fn value(&self, node: NodeId) -> Option<Value<'_>> {
        self.find(node).map(|_| Value::new(self, node))
    }

    /// True when the library had to read some document of this text.
    ///
    /// Its spans are then found by searching, and numbers may be written differently than in the text.
    pub fn used_fallback(&self) -> bool {
        self.used_fallback
    }

    pub(super) fn find(&self, node: NodeId) -> Option<Node> {
        self.tape.nodes.get(node.0 as usize).copied()
    }

    pub(super) fn owned(&self, node: NodeId) -> Option<&str> {
        let found = self.tape.owned.binary_search_by_key(&node.0, |(owner, _)| *owner).ok()?;
        self.tape.owned.get(found).map(|(_, text)| &**text)
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("bytes", &self.text.len())
            .field("nodes", &self.tape.nodes.len())
            .field("used_fallback", &self.used_fallback)
            .finish_non_exhaustive()
    }
}
