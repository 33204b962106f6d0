//! The view of one value: what it is, what it holds, and where it stands in the text.
//!
//! Two words that are copied freely. Every question answers "nothing" rather than fail when the value is
//! of another kind, because a resource from a stranger's archive may hold anything anywhere.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::number;
use super::scalar;
use super::tape::{Kind, Node, NodeId};
use super::tree::Tree;

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

    /// The name by which [`Tree::value`] finds this value again.
    pub fn node(self) -> NodeId {
        self.node
    }

    /// The member of a mapping with this key, the last one when there are several; None when it is
    /// absent or this is not a mapping.
    pub fn get(self, key: &str) -> Option<Self> {
        self.member(key).map(|(_, value)| value)
    }

    /// The value at the end of a path of keys: `v.at(&["status", "desired", "version"])`.
    pub fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The elements of a sequence; nothing when this is not one.
    pub fn items(self) -> Items<'t> {
        Items(self.children(Kind::Sequence))
    }

    /// The keys and values of a mapping in the order of the file; nothing when this is not one.
    pub fn entries(self) -> Entries<'t> {
        Entries(self.children(Kind::Mapping))
    }

    /// How many elements or members a collection has; 0 for scalars. Counts them, so ask once.
    pub fn len(self) -> usize {
        if self.is_mapping() { self.entries().count() } else { self.items().count() }
    }

    /// True for an empty collection and for every scalar.
    pub fn is_empty(self) -> bool {
        self.raw().is_none_or(|node| !node.is_collection() || node.size <= 1)
    }

    /// True for a mapping, `{}` included.
    pub fn is_mapping(self) -> bool {
        self.kind() == Kind::Mapping
    }

    /// True for a sequence, `[]` included.
    pub fn is_sequence(self) -> bool {
        self.kind() == Kind::Sequence
    }

    /// True for `null`, `~`, `Null`, `NULL` and no value at all; a quoted "null" is text.
    pub fn is_null(self) -> bool {
        match self.kind() {
            Kind::Null => true,
            Kind::Plain => number::is_null(self.written()),
            _ => false,
        }
    }

    /// The decoded text of a scalar, borrowed when nothing had to change; None for collections and null.
    ///
    /// Numbers and booleans are text as written.
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

    /// The boolean that an unquoted `true` or `false` is (also `True`, `TRUE` and so on).
    pub fn as_bool(self) -> Option<bool> {
        match self.kind() {
            Kind::Plain | Kind::OwnedPlain => number::bool(&self.decoded()),
            _ => None,
        }
    }

    /// The whole number that a scalar's text is, quoted or not; None for `010`, which readers differ on.
    pub fn as_i64(self) -> Option<i64> {
        number::i64(&self.text()?)
    }

    /// The whole number that a scalar's text is, for identities beyond 2^63; None as in [`Value::as_i64`].
    pub fn as_u64(self) -> Option<u64> {
        number::u64(&self.text()?)
    }

    /// The number that a scalar's text is; None where it is too large to be finite.
    pub fn as_f64(self) -> Option<f64> {
        number::f64(&self.text()?)
    }

    /// The bytes of [`Tree::text`] that this value covers.
    ///
    /// A scalar's raw text with its quotes, or from a collection's first to the end of its last content.
    /// An absent value is an empty span behind its key. What stands for an alias has the span of the
    /// anchored text, so it can lie outside its parent's.
    pub fn span(self) -> Range<usize> {
        self.raw().map_or(0..0, Node::span)
    }

    /// The bytes from a member's key to the end of its value (`message: foo bar`); None when absent.
    pub fn entry_span(self, key: &str) -> Option<Range<usize>> {
        let (key, value) = self.member(key)?;
        let (key, value) = (key.span(), value.span());
        // An alias's value stands elsewhere, before its key.
        Some(key.start..if value.start < key.end { key.end } else { value.end })
    }

    fn raw(self) -> Option<Node> {
        self.tree.find(self.node)
    }

    fn kind(self) -> Kind {
        self.raw().map_or(Kind::Null, |node| node.kind)
    }

    /// The bytes of the text under the span.
    fn written(self) -> &'t str {
        self.tree.text().get(self.span()).unwrap_or_default()
    }

    /// The text of a scalar, null or not.
    fn decoded(self) -> Cow<'t, str> {
        let Some(node) = self.raw() else { return Cow::Borrowed("") };
        if matches!(node.kind, Kind::Owned | Kind::OwnedPlain) {
            return Cow::Borrowed(self.tree.owned(self.node).unwrap_or_default());
        }
        scalar::decode(self.tree.text(), node)
    }

    fn member(self, key: &str) -> Option<(Self, Self)> {
        let mut children = self.children(Kind::Mapping);
        let mut found = None;
        while let Some((name, value)) = children.pair() {
            if name.is_called(key) {
                found = Some((name, value));
            }
        }
        found
    }

    fn is_called(self, key: &str) -> bool {
        match self.kind() {
            Kind::Plain | Kind::Verbatim => self.written() == key,
            _ => self.decoded() == key,
        }
    }

    fn children(self, kind: Kind) -> Children<'t> {
        let first = self.node.0.saturating_add(1);
        let end = match self.raw() {
            Some(node) if node.kind == kind => self.node.0.saturating_add(node.size),
            _ => first,
        };
        Children { tree: self.tree, next: first, end }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Kind::Mapping => f.debug_map().entries(self.entries()).finish(),
            Kind::Sequence => f.debug_list().entries(self.items()).finish(),
            _ if self.is_null() => f.write_str("null"),
            _ => fmt::Debug::fmt(&self.decoded(), f),
        }
    }
}

/// The nodes directly under a collection.
#[derive(Clone)]
struct Children<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl<'t> Children<'t> {
    fn pair(&mut self) -> Option<(Value<'t>, Value<'t>)> {
        Some((self.next()?, self.next()?))
    }
}

impl<'t> Iterator for Children<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let value = Value::new(self.tree, NodeId(self.next));
        // A size is at least 1 in a finished tree; the floor keeps a mistake from becoming a loop.
        self.next = self.next.saturating_add(value.raw()?.size.max(1));
        Some(value)
    }
}

/// The elements of a sequence.
#[derive(Clone)]
pub struct Items<'t>(Children<'t>);

impl<'t> Iterator for Items<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

/// The keys and values of a mapping.
#[derive(Clone)]
pub struct Entries<'t>(Children<'t>);

impl<'t> Iterator for Entries<'t> {
    type Item = (Cow<'t, str>, Value<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.0.pair()?;
        Some((key.decoded(), value))
    }
}
