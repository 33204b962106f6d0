//! The flat tape of nodes that every reader writes and every value reads.
//!
//! A node has 16 bytes and owns nothing: it records where its text is, how much of the tape its
//! subtree takes, and how its text is decoded. Sizes are relative, so a subtree can be copied for
//! an alias. A mapping is followed by key, value, key, value; keys are always scalars. Stored
//! objects have their nodes in fewer bytes (`compact`).

use std::ops::Range;

/// The deepest nesting of collections; the deepest schemas of custom resources stay below 60.
pub(super) const MAX_DEPTH: usize = 200;

/// The most nodes of a text: 64 MiB of them. Machine-written YAML of 64 MiB has as many.
const MAX_NODES: usize = 4 << 20;

/// The id of one node of a tree, valid for that tree only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId {
    /// Its position on the tape.
    pub(super) at: u32,
    /// The end of the text before it, which a compact node counts from.
    pub(super) from: u32,
}

impl NodeId {
    /// The first node of a tape.
    pub(super) const FIRST: Self = Self::root(0);

    /// The root of a document.
    pub(super) const fn root(at: u32) -> Self {
        Self { at, from: 0 }
    }
}

/// How the text of a node is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Mapping,
    Sequence,
    /// An absent value, or JSON's `null`.
    Null,
    /// Unquoted on one line.
    Plain,
    /// Unquoted over several lines.
    PlainFolded,
    /// A string that is in the text exactly so, without quotes.
    Verbatim,
    /// In quotes, with nothing to decode between them.
    Quoted,
    /// In single quotes, with doubled quotes or line ends inside.
    Single,
    /// In double quotes, with escapes or line ends inside.
    Double,
    /// A literal or folded block; the span starts at its `|` or `>`.
    Block,
    /// A string that the tree owns because the library decoded it.
    Owned,
    /// A number or boolean that the library read and that is written differently in the text.
    OwnedPlain,
    /// A pruned value of any kind.
    Skipped,
}

/// One node: 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TreeNode {
    pub(super) start: u32,
    pub(super) end: u32,
    /// How much of the tape this subtree takes, including itself: in nodes, or in bytes if it is
    /// compact. 0 while the collection is open.
    pub(super) size: u32,
    /// The indentation of the content of a `Block`.
    pub(super) indent: u16,
    pub(super) kind: NodeKind,
    /// How much of the tape it takes without its descendants.
    pub(super) head: u8,
}

impl TreeNode {
    pub(super) fn span(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(super) fn is_collection(self) -> bool {
        self.kind.is_collection()
    }

    /// The id of its first child, if it has any, given its own id.
    pub(super) fn below(self, id: NodeId) -> NodeId {
        NodeId { at: id.at.saturating_add(u32::from(self.head)), from: self.start }
    }

    /// The id of the node after its subtree, given its own id.
    pub(super) fn after(self, id: NodeId) -> NodeId {
        // The size is at least 1 in a finished tree; the minimum prevents an endless loop after a
        // mistake.
        NodeId { at: id.at.saturating_add(self.size.max(1)), from: self.end }
    }
}

impl NodeKind {
    pub(super) fn is_collection(self) -> bool {
        matches!(self, Self::Mapping | Self::Sequence)
    }
}

/// The nodes of all documents, the roots among them, and the strings that are not in the text.
pub(super) struct Tape {
    pub(super) nodes: Vec<TreeNode>,
    pub(super) roots: Vec<u32>,
    /// Decoded strings with their nodes, in ascending order.
    pub(super) owned: Vec<(u32, Box<str>)>,
    /// The end of the last content written.
    pub(super) end: usize,
    /// True if some nodes repeat an anchor, so that their text is elsewhere.
    pub(super) has_aliases: bool,
    /// The most nodes that the text may have.
    max_nodes: usize,
}

impl Default for Tape {
    fn default() -> Self {
        Self::with_max_nodes(MAX_NODES)
    }
}

/// A position of a tape to return to.
#[derive(Clone, Copy)]
pub(super) struct TapeCheckpoint {
    nodes: usize,
    roots: usize,
    owned: usize,
}

impl Tape {
    /// An empty tape with this limit on its nodes.
    pub(super) fn with_max_nodes(max_nodes: usize) -> Self {
        let (nodes, roots, owned) = (Vec::new(), Vec::new(), Vec::new());
        Self { nodes, roots, owned, end: 0, has_aliases: false, max_nodes }
    }

    /// The index that the next node will have.
    pub(super) fn next(&self) -> u32 {
        narrow(self.nodes.len())
    }

    pub(super) fn push(&mut self, kind: NodeKind, start: usize, end: usize) {
        self.push_block(kind, start, end, 0);
    }

    pub(super) fn push_block(&mut self, kind: NodeKind, start: usize, end: usize, indent: u16) {
        self.nodes.push(TreeNode {
            start: narrow(start),
            end: narrow(end),
            size: 1,
            indent,
            kind,
            head: 1,
        });
        self.end = end;
    }

    pub(super) fn push_owned(&mut self, kind: NodeKind, start: usize, end: usize, text: &str) {
        self.owned.push((self.next(), text.into()));
        self.push(kind, start, end);
    }

    /// Opens a collection and returns the index to close it with.
    pub(super) fn open(&mut self, kind: NodeKind, start: usize) -> u32 {
        let index = self.next();
        self.nodes.push(TreeNode {
            start: narrow(start),
            end: narrow(start),
            size: 0,
            indent: 0,
            kind,
            head: 1,
        });
        index
    }

    /// Closes a collection at the last content written.
    pub(super) fn close(&mut self, index: u32) {
        let (next, end) = (self.next(), narrow(self.end));
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.size = next.saturating_sub(index);
            node.end = end.max(node.start);
        }
    }

    /// Repeats a finished subtree; returns its number of nodes, None if it is still open or larger
    /// than `limit`.
    pub(super) fn repeat(&mut self, index: u32, limit: usize) -> Option<usize> {
        let from = index as usize;
        let size = self.nodes.get(from)?.size as usize;
        if size == 0 || size > limit {
            return None;
        }
        self.has_aliases = true;
        self.nodes.extend_from_within(from..from.saturating_add(size));
        Some(size)
    }

    /// Whether the text has more nodes than allowed.
    pub(super) fn is_full(&self) -> bool {
        self.nodes.len() > self.max_nodes
    }

    /// Removes everything but keeps the memory of the nodes.
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        let nodes = std::mem::take(&mut self.nodes);
        *self = Self { nodes, ..Self::with_max_nodes(self.max_nodes) };
    }

    pub(super) fn checkpoint(&self) -> TapeCheckpoint {
        TapeCheckpoint { nodes: self.nodes.len(), roots: self.roots.len(), owned: self.owned.len() }
    }

    /// Removes everything written since the checkpoint.
    pub(super) fn reset(&mut self, checkpoint: TapeCheckpoint) {
        self.nodes.truncate(checkpoint.nodes);
        self.roots.truncate(checkpoint.roots);
        self.owned.truncate(checkpoint.owned);
    }
}

/// Offsets and indices fit in 32 bits: texts of 4 GiB are refused, and no byte makes two nodes.
#[expect(clippy::cast_possible_truncation, reason = "texts of 4 GiB or more are refused up front")]
pub(super) fn narrow(number: usize) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_limit_is_four_million_nodes() {
        assert_eq!(Tape::default().max_nodes, 4 << 20);
    }
}
