//! The view of one value: what it is, what it holds, and where it stands in the text.
//!
//! Two words that are copied freely. Every question answers "nothing" rather than fail when the value is
//! of another kind, because a resource from a stranger's archive may hold anything anywhere.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::children::{Children, Entries, Items};
use super::tape::{Kind, Node, NodeId};
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
        Items::new(self.children(Kind::Sequence))
    }

    /// The keys and values of a mapping in the order of the file; nothing when this is not one.
    pub fn entries(self) -> Entries<'t> {
        Entries::new(self.children(Kind::Mapping))
    }

    /// How many elements or members a collection has; 0 for scalars. Counts them, so ask once.
    pub fn len(self) -> usize {
        if self.is_mapping() { self.entries().count() } else { self.items().count() }
    }

    /// True for an empty collection and for every scalar.
    pub fn is_empty(self) -> bool {
        self.raw().is_none_or(|node| !node.is_collection() || node.size <= u32::from(node.head))
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
            Kind::Null | Kind::Skipped => true,
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

    pub(super) fn raw(self) -> Option<Node> {
        self.tree.find(self.node)
    }

    /// What is looked at here, which must not be what was skipped: in debug builds, and so in every
    /// test, that is a panic.
    fn kind(self) -> Kind {
        let kind = self.raw().map_or(Kind::Null, |node| node.kind);
        debug_assert!(
            kind != Kind::Skipped,
            "a value is read that is declared as unread, behind: {}",
            self.tree.text().get(..self.span().start).and_then(|t| t.lines().last()).unwrap_or("")
        );
        kind
    }

    /// The bytes of the text under the span.
    fn written(self) -> &'t str {
        self.tree.text().get(self.span()).unwrap_or_default()
    }

    /// The text of a scalar, null or not.
    pub(super) fn decoded(self) -> Cow<'t, str> {
        self.raw().map_or(Cow::Borrowed(""), |node| self.decoded_as(node))
    }

    /// The text of a scalar of which the node is known.
    fn decoded_as(self, node: Node) -> Cow<'t, str> {
        if matches!(node.kind, Kind::Owned | Kind::OwnedPlain) {
            return Cow::Borrowed(self.tree.owned(self.node).unwrap_or_default());
        }
        scalar::decode(self.tree.text(), node)
    }

    fn member(self, key: &str) -> Option<(Self, Self)> {
        let mut children = self.children(Kind::Mapping);
        let mut found = None;
        while let Some(((name, node), value)) = children.seen().zip(children.next()) {
            if name.is_called(node, key) {
                found = Some((name, value));
            }
        }
        debug_assert!(
            found.is_some() || !self.tree.lacks(self.node, key),
            "{key} is read, which is declared as unread"
        );
        found
    }

    /// The keys and values of a mapping, the keys as values too.
    pub fn members(self) -> impl Iterator<Item = (Self, Self)> {
        let mut children = self.children(Kind::Mapping);
        std::iter::from_fn(move || children.pair())
    }

    /// The text of a scalar as it is written, without quotes.
    pub(super) fn unquoted(self) -> &'t str {
        let written = self.written();
        match self.kind() {
            Kind::Quoted | Kind::Single | Kind::Double => {
                written.get(1..written.len().saturating_sub(1)).unwrap_or_default()
            }
            _ => written,
        }
    }

    /// Whether a key, of which the node is known, is this one.
    fn is_called(self, node: Node, key: &str) -> bool {
        match node.kind {
            Kind::Plain | Kind::Verbatim => self.tree.text().get(node.span()) == Some(key),
            _ => self.decoded_as(node) == key,
        }
    }

    fn children(self, kind: Kind) -> Children<'t> {
        match self.raw() {
            Some(node) if node.kind == kind => {
                Children::new(self.tree, node.below(self.node), node.behind(self.node).at)
            }
            _ => Children::new(self.tree, self.node, self.node.at),
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.raw().is_some_and(|node| node.kind == Kind::Skipped) {
            return f.write_str("(not read)");
        }
        match self.kind() {
            Kind::Mapping => f.debug_map().entries(self.entries()).finish(),
            Kind::Sequence => f.debug_list().entries(self.items()).finish(),
            _ if self.is_null() => f.write_str("null"),
            _ => fmt::Debug::fmt(&self.decoded(), f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
kind: ClusterOperator
status:
  conditions:
  - type: Degraded
    status: \"True\"
    message: |
      one
      two
    reason:
  extension: null
labels: {a: 'it''s', a: two}
copied: &it [1]
copy: *it
";

    fn root(tree: &Tree) -> Value<'_> {
        tree.documents().next().unwrap()
    }

    fn words<'t>(tree: &'t Tree, value: Value<'_>) -> &'t str {
        tree.text().get(value.span()).unwrap()
    }

    #[test]
    fn spans_cover_the_words_as_they_are_written() {
        let tree = Tree::parse(TEXT).unwrap();
        let condition = root(&tree).at(&["status", "conditions"]).unwrap().items().next().unwrap();
        assert_eq!(words(&tree, root(&tree)), TEXT.trim_end());
        assert_eq!(words(&tree, condition.get("status").unwrap()), "\"True\"");
        assert_eq!(words(&tree, condition.get("message").unwrap()), "|\n      one\n      two");
        assert_eq!(condition.text_at(&["message"]).as_deref(), Some("one\ntwo\n"));
        assert!(words(&tree, condition).starts_with("type: Degraded"));
        assert!(words(&tree, condition).ends_with("reason:"));
        assert_eq!(words(&tree, root(&tree).get("labels").unwrap()), "{a: 'it''s', a: two}");
    }

    #[test]
    fn entry_spans_begin_at_the_key() {
        let tree = Tree::parse(TEXT).unwrap();
        let entry = |key| root(&tree).entry_span(key).map(|span| tree.text().get(span).unwrap());
        assert_eq!(entry("kind"), Some("kind: ClusterOperator"));
        assert_eq!(entry("copied"), Some("copied: &it [1]"));
        assert_eq!(entry("copy"), Some("copy"));
        assert_eq!(entry("absent"), None);
        let conditions = root(&tree).at(&["status", "conditions"]).unwrap();
        assert_eq!(conditions.entry_span("type"), None);
    }

    #[test]
    fn the_last_of_duplicate_keys_wins_and_all_are_listed() {
        let tree = Tree::parse(TEXT).unwrap();
        let labels = root(&tree).get("labels").unwrap();
        assert_eq!(labels.text_at(&["a"]).as_deref(), Some("two"));
        let listed: Vec<_> = labels.entries().map(|(_, value)| value.text().unwrap()).collect();
        assert_eq!(listed, ["it's", "two"]);
    }

    #[test]
    fn null_is_neither_text_nor_absent() {
        let tree = Tree::parse(TEXT).unwrap();
        let extension = root(&tree).at(&["status", "extension"]).unwrap();
        assert!(extension.is_null() && extension.is_empty() && extension.text().is_none());
        let quoted = Tree::parse("'null'").unwrap();
        assert!(!root(&quoted).is_null());
        assert_eq!(root(&quoted).text().as_deref(), Some("null"));
    }

    #[test]
    fn text_is_borrowed_where_nothing_had_to_change() {
        let tree = Tree::parse("a: x\nb: 'y'\nc: \"z\"\nd: |\n  one line\ne: 'it''s'\n").unwrap();
        let is_borrowed =
            |key| matches!(root(&tree).get(key).unwrap().text(), Some(Cow::Borrowed(_)));
        assert!(["a", "b", "c", "d"].into_iter().all(is_borrowed));
        assert!(!is_borrowed("e"));
    }

    #[test]
    fn words_are_numbers_and_booleans_only_when_asked() {
        let tree = Tree::parse("{a: 1e685, b: 010, c: \"5\", d: 'true', e: true, f: -7}").unwrap();
        let at = |key| root(&tree).get(key).unwrap();
        assert_eq!(at("a").text().as_deref(), Some("1e685"));
        assert_eq!((at("a").as_f64(), at("b").as_i64(), at("c").as_i64()), (None, None, Some(5)));
        assert_eq!((at("d").as_bool(), at("e").as_bool()), (None, Some(true)));
        assert_eq!((at("f").as_i64(), at("f").as_u64()), (Some(-7), None));
    }

    #[test]
    fn a_value_is_found_again_by_its_node() {
        let tree = Tree::parse(TEXT).unwrap();
        let node = root(&tree).get("kind").unwrap().node();
        assert_eq!(tree.value(node).unwrap().text().as_deref(), Some("ClusterOperator"));
        assert!(Tree::parse("a").unwrap().value(node).is_none());
    }
}
