//! What is stored of one object: a copy of its text and its nodes in compact form.

use std::collections::BTreeSet;

use super::compact::CompactNodes;
use super::tape::NodeId;

/// Mappings and the keys that were omitted from them.
pub(super) type OmittedKeys = BTreeSet<(u32, Box<str>)>;

/// What is stored of one object.
pub(super) struct ExtractedObject {
    pub(super) text: Box<str>,
    pub(super) nodes: CompactNodes,
    /// Only in builds that check whether an omitted key is read.
    pub(super) omitted: Option<Box<OmittedKeys>>,
}

impl ExtractedObject {
    /// About how much memory it uses in addition to its own size, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.text.len() + self.nodes.len()
    }

    pub(super) fn omits(&self, mapping: NodeId, key: &str) -> bool {
        self.omitted.as_ref().is_some_and(|keys| keys.contains(&(mapping.at, key.into())))
    }
}
