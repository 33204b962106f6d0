//! The flat tape of nodes that every reader writes and every value looks into.
//!
//! A node is 16 bytes and owns nothing: where its text lies, how much of the tape its subtree takes, and how
//! its text is to be decoded. Sizes are relative, so a subtree can be copied to stand for an alias. A mapping
//! is followed by key, value, key, value; keys are always scalars. What is kept of a file has its nodes
//! in fewer bytes (`packed`).

use std::ops::Range;

/// Collections may be nested this deep; the deepest schemas of custom resources stay below 60.
pub(super) const MAX_DEPTH: usize = 200;

/// How many nodes a text may have: 64 MiB of them. Machine-written YAML of 64 MiB has as many.
const MAX_NODES: usize = 4 << 20;

/// The name of one node of a tree, valid for that tree only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId {
    /// Where it stands on the tape.
    pub(super) at: u32,
    /// The end of the text before it, which a packed node counts from.
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

/// How the bytes of a node are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Mapping,
    Sequence,
    /// No value, or JSON's `null`.
    Null,
    /// Unquoted on one line.
    Plain,
    /// Unquoted over several lines.
    PlainFolded,
    /// A string that stands in the text exactly so, without quotes.
    Verbatim,
    /// In quotes, with nothing to decode between them.
    Quoted,
    /// In single quotes, with doubled quotes or line ends inside.
    Single,
    /// In double quotes, with escapes or line ends inside.
    Double,
    /// A literal or folded block; the span starts at its `|` or `>`.
    Block,
    /// A string that the tree owns, because the library decoded it.
    Owned,
    /// A number or boolean that the library read, and that the text holds in other words.
    OwnedPlain,
    /// A value of any kind that was asked not to be read.
    Skipped,
}

/// One node: 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    /// How much of the tape this subtree takes, itself included: in nodes, or in bytes where it is
    /// packed. 0 while the collection is still open.
    pub(super) size: u32,
    /// The content's indentation of a `Block`.
    pub(super) indent: u16,
    pub(super) kind: Kind,
    /// How much of the tape it takes without what is below it.
    pub(super) head: u8,
}

impl Node {
    pub(super) fn span(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(super) fn is_collection(self) -> bool {
        self.kind.is_collection()
    }

    /// Where its first child is, if it has any, given where it is itself.
    pub(super) fn below(self, id: NodeId) -> NodeId {
        NodeId { at: id.at.saturating_add(u32::from(self.head)), from: self.start }
    }

    /// Where what follows its subtree is, given where it is itself.
    pub(super) fn behind(self, id: NodeId) -> NodeId {
        // A size is at least 1 in a finished tree; the floor keeps a mistake from becoming a loop.
        NodeId { at: id.at.saturating_add(self.size.max(1)), from: self.end }
    }
}

impl Kind {
    pub(super) fn is_collection(self) -> bool {
        matches!(self, Self::Mapping | Self::Sequence)
    }
}

/// The nodes of all documents, the roots among them, and the strings that are not in the text.
#[derive(Default)]
pub(super) struct Tape {
    pub(super) nodes: Vec<Node>,
    pub(super) roots: Vec<u32>,
    /// Decoded strings by their node, in ascending order of it.
    pub(super) owned: Vec<(u32, Box<str>)>,
    /// The end of the last content that was written.
    pub(super) end: usize,
    /// True when some nodes stand for an alias, so that their text lies elsewhere.
    pub(super) has_aliases: bool,
}

/// Where a tape stood, to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    nodes: usize,
    roots: usize,
    owned: usize,
}

impl Tape {
    /// The index that the next node will have.
    pub(super) fn next(&self) -> u32 {
        narrow(self.nodes.len())
    }

    pub(super) fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.push_block(kind, start, end, 0);
    }

    pub(super) fn push_block(&mut self, kind: Kind, start: usize, end: usize, indent: u16) {
        self.nodes.push(Node {
            start: narrow(start),
            end: narrow(end),
            size: 1,
            indent,
            kind,
            head: 1,
        });
        self.end = end;
    }

    pub(super) fn push_owned(&mut self, kind: Kind, start: usize, end: usize, text: &str) {
        self.owned.push((self.next(), text.into()));
        self.push(kind, start, end);
    }

    /// Begins a collection and returns the index to close it with.
    pub(super) fn open(&mut self, kind: Kind, start: usize) -> u32 {
        let index = self.next();
        self.nodes.push(Node {
            start: narrow(start),
            end: narrow(start),
            size: 0,
            indent: 0,
            kind,
            head: 1,
        });
        index
    }

    /// Ends a collection at the last content written.
    pub(super) fn close(&mut self, index: u32) {
        let (next, end) = (self.next(), narrow(self.end));
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.size = next.saturating_sub(index);
            node.end = end.max(node.start);
        }
    }

    /// Repeats a finished subtree; returns its number of nodes, None when it is still open.
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

    /// Whether the text has more nodes than are borne.
    pub(super) fn is_full(&self) -> bool {
        self.nodes.len() > MAX_NODES
    }

    /// Forgets everything but the memory it took.
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        let nodes = std::mem::take(&mut self.nodes);
        *self = Self { nodes, ..Self::default() };
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { nodes: self.nodes.len(), roots: self.roots.len(), owned: self.owned.len() }
    }

    /// Forgets all that was written since the mark.
    pub(super) fn reset(&mut self, mark: Mark) {
        self.nodes.truncate(mark.nodes);
        self.roots.truncate(mark.roots);
        self.owned.truncate(mark.owned);
    }
}

/// Offsets and indices fit 32 bits: texts of 4 GiB are refused, and no byte makes two nodes.
#[expect(clippy::cast_possible_truncation, reason = "texts of 4 GiB or more are refused up front")]
pub(super) fn narrow(number: usize) -> u32 {
    number as u32
}
