//! A view of one value: what it is, what it holds, and where it is in the text.
//!
//! A value is small and copied freely. Every method returns "nothing" if the value has another
//! type, because an object in an untrusted archive may hold anything anywhere.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::children::Children;
use super::tape::{NodeId, NodeKind, TreeNode};
use super::tree::Tree;
use super::{number, scalar};

/// A value in a tree.
#[derive(Clone, Copy)]
pub struct Value<'t> {
    tree: &'t Tree,
    node: NodeId,
}

impl<'t> Value<'t> {
    pub(super) fn new(tree: &'t Tree, node: NodeId) -> Self {
        Self { tree, node }
    }

    /// The node by which [`Tree::value`] finds this value again.
    pub fn node(self) -> NodeId {
        self.node
    }

    /// The member of a mapping with this key, the last one if there are several; None if it is
    /// absent or this is not a mapping.
    pub fn get(self, key: &str) -> Option<Self> {
        self.member(key).map(|(_, value)| value)
    }

    /// The value at the end of a path of keys: `v.at(&["status", "desired", "version"])`.
    pub fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The elements of a sequence; none if this is not a sequence.
    pub fn items(self) -> Items<'t> {
        Items(self.children(NodeKind::Sequence))
    }

    /// The keys and values of a mapping in the order of the file; none if this is not a mapping.
    pub fn entries(self) -> Entries<'t> {
        Entries(self.children(NodeKind::Mapping))
    }

    /// The number of elements or members of a collection; 0 for scalars. It is counted on every
    /// call.
    pub fn len(self) -> usize {
        if self.is_mapping() { self.entries().count() } else { self.items().count() }
    }

    /// True for an empty collection and for every scalar.
    pub fn is_empty(self) -> bool {
        self.raw().is_none_or(|node| !node.is_collection() || node.size <= u32::from(node.head))
    }

    /// True for a mapping, `{}` included.
    pub fn is_mapping(self) -> bool {
        self.kind() == NodeKind::Mapping
    }

    /// True for a sequence, `[]` included.
    pub fn is_sequence(self) -> bool {
        self.kind() == NodeKind::Sequence
    }

    /// True for `null`, `~`, `Null`, `NULL` and an absent value; a quoted "null" is text.
    pub fn is_null(self) -> bool {
        match self.kind() {
            NodeKind::Null | NodeKind::Skipped => true,
            NodeKind::Plain => number::is_null(self.source_text()),
            _ => false,
        }
    }

    /// The decoded text of a scalar, borrowed if nothing had to change; None for collections and
    /// null.
    ///
    /// Numbers and booleans are returned as written.
    pub fn text(self) -> Option<Cow<'t, str>> {
        if self.is_null() || self.is_mapping() || self.is_sequence() {
            return None;
        }
        Some(self.decoded())
    }

    /// The text of the scalar at the end of a path of keys.
    pub fn text_at(self, path: &[&str]) -> Option<Cow<'t, str>> {
        self.at(path)?.text()
    }

    /// The boolean of an unquoted `true` or `false` (also `True`, `TRUE` and so on).
    pub fn as_bool(self) -> Option<bool> {
        match self.kind() {
            NodeKind::Plain | NodeKind::OwnedPlain => number::bool(&self.decoded()),
            _ => None,
        }
    }

    /// The whole number of a scalar, quoted or not; None for `010`, which parsers read
    /// differently.
    pub fn as_i64(self) -> Option<i64> {
        number::i64(&self.text()?)
    }

    /// The whole number of a scalar, for identifiers beyond 2^63; None as in [`Value::as_i64`].
    pub fn as_u64(self) -> Option<u64> {
        number::u64(&self.text()?)
    }

    /// The number of a scalar; None if it is too large to be finite.
    pub fn as_f64(self) -> Option<f64> {
        number::f64(&self.text()?)
    }

    /// The bytes of [`Tree::text`] that this value covers.
    ///
    /// A scalar covers its raw text with its quotes, a collection its first to its last content.
    /// An absent value is an empty span after its key. The value of an alias has the span of the
    /// anchored text, so it can be outside its parent's.
    pub fn span(self) -> Range<usize> {
        self.raw().map_or(0..0, TreeNode::span)
    }

    /// The bytes from a member's key to the end of its value (`message: foo bar`); None if it is
    /// absent.
    pub fn entry_span(self, key: &str) -> Option<Range<usize>> {
        let (key, value) = self.member(key)?;
        let (key, value) = (key.span(), value.span());
        // The value of an alias is at its anchor, before its key.
        Some(key.start..if value.start < key.end { key.end } else { value.end })
    }

    pub(super) fn raw(self) -> Option<TreeNode> {
        self.tree.find(self.node)
    }

    /// The kind of the node. In debug builds, and so in every test, reading a skipped node panics.
    fn kind(self) -> NodeKind {
        let kind = self.raw().map_or(NodeKind::Null, |node| node.kind);
        debug_assert!(
            kind != NodeKind::Skipped,
            "a value that is pruned is read, after: {}",
            self.tree.text().get(..self.span().start).and_then(|t| t.lines().last()).unwrap_or("")
        );
        kind
    }

    /// The text of the span.
    fn source_text(self) -> &'t str {
        self.tree.text().get(self.span()).unwrap_or_default()
    }

    /// The text of a scalar, null or not.
    pub(super) fn decoded(self) -> Cow<'t, str> {
        self.raw().map_or(Cow::Borrowed(""), |node| self.decoded_as(node))
    }

    /// The text of a scalar whose node is known.
    fn decoded_as(self, node: TreeNode) -> Cow<'t, str> {
        if matches!(node.kind, NodeKind::Owned | NodeKind::OwnedPlain) {
            return Cow::Borrowed(self.tree.owned(self.node).unwrap_or_default());
        }
        scalar::decode(self.tree.text(), node)
    }

    fn member(self, key: &str) -> Option<(Self, Self)> {
        let mut children = self.children(NodeKind::Mapping);
        let mut found = None;
        while let Some(((name, node), (value, _))) = children.next().zip(children.next()) {
            let name = Self::new(self.tree, name);
            if name.is_called(node, key) {
                found = Some((name, Self::new(self.tree, value)));
            }
        }
        debug_assert!(
            found.is_some() || !self.tree.omits(self.node, key),
            "{key} is read but pruned"
        );
        found
    }

    /// The keys and values of a mapping, with the keys as values too.
    pub fn members(self) -> impl Iterator<Item = (Self, Self)> {
        let mut children = self.children(NodeKind::Mapping);
        std::iter::from_fn(move || next_member(&mut children))
    }

    /// The text of a scalar as written, without quotes.
    pub(super) fn unquoted(self) -> &'t str {
        let source_text = self.source_text();
        match self.kind() {
            NodeKind::Quoted | NodeKind::Single | NodeKind::Double => {
                source_text.get(1..source_text.len().saturating_sub(1)).unwrap_or_default()
            }
            _ => source_text,
        }
    }

    /// Whether a key, whose node is known, is `key`.
    fn is_called(self, node: TreeNode, key: &str) -> bool {
        match node.kind {
            NodeKind::Plain | NodeKind::Verbatim => self.tree.text().get(node.span()) == Some(key),
            _ => self.decoded_as(node) == key,
        }
    }

    fn children(self, kind: NodeKind) -> Children<'t> {
        match self.raw() {
            Some(node) if node.kind == kind => {
                Children::new(self.tree, node.below(self.node), node.after(self.node).at)
            }
            _ => Children::new(self.tree, self.node, self.node.at),
        }
    }
}

/// The elements of a sequence.
#[derive(Clone)]
pub struct Items<'t>(Children<'t>);

impl<'t> Iterator for Items<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        let (id, _) = self.0.next()?;
        Some(Value::new(self.0.tree(), id))
    }
}

/// The keys and values of a mapping.
#[derive(Clone)]
pub struct Entries<'t>(Children<'t>);

impl<'t> Iterator for Entries<'t> {
    type Item = (Cow<'t, str>, Value<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = next_member(&mut self.0)?;
        Some((key.decoded(), value))
    }
}

fn next_member<'t>(children: &mut Children<'t>) -> Option<(Value<'t>, Value<'t>)> {
    let ((key, _), (value, _)) = (children.next()?, children.next()?);
    Some((Value::new(children.tree(), key), Value::new(children.tree(), value)))
}

impl Tree {
    /// The roots of the documents that are not empty, in the order of the file.
    pub fn documents(&self) -> impl Iterator<Item = Value<'_>> {
        self.roots().iter().map(|&root| Value::new(self, NodeId::root(root)))
    }

    /// The value at a node that [`Value::node`] returned; None if this tree has no such node.
    pub fn value(&self, node: NodeId) -> Option<Value<'_>> {
        self.find(node).map(|_| Value::new(self, node))
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.raw().is_some_and(|node| node.kind == NodeKind::Skipped) {
            return f.write_str("(pruned)");
        }
        match self.kind() {
            NodeKind::Mapping => f.debug_map().entries(self.entries()).finish(),
            NodeKind::Sequence => f.debug_list().entries(self.items()).finish(),
            _ if self.is_null() => f.write_str("null"),
            _ => fmt::Debug::fmt(&self.decoded(), f),
        }
    }
}
