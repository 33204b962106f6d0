//! What a value returns: spans, entries, text, numbers, booleans and null.

use std::borrow::Cow;

use super::{Tree, Value};

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
fn spans_cover_the_text_as_written() {
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
fn entry_spans_start_at_the_key() {
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
fn text_is_borrowed_if_nothing_had_to_change() {
    let tree = Tree::parse("a: x\nb: 'y'\nc: \"z\"\nd: |\n  one line\ne: 'it''s'\n").unwrap();
    let is_borrowed = |key| matches!(root(&tree).get(key).unwrap().text(), Some(Cow::Borrowed(_)));
    assert!(["a", "b", "c", "d"].into_iter().all(is_borrowed));
    assert!(!is_borrowed("e"));
}

#[test]
fn text_is_a_number_or_boolean_only_when_requested() {
    let tree = Tree::parse("{a: 1e685, b: 010, c: \"5\", d: 'true', e: true, f: -7}").unwrap();
    let at = |key| root(&tree).get(key).unwrap();
    assert_eq!(at("a").text().as_deref(), Some("1e685"));
    assert_eq!((at("a").as_f64(), at("b").as_i64(), at("c").as_i64()), (None, None, Some(5)));
    assert_eq!((at("d").as_bool(), at("e").as_bool()), (None, Some(true)));
    assert_eq!((at("f").as_i64(), at("f").as_u64()), (Some(-7), None));
}

#[test]
fn a_value_is_found_by_its_node() {
    let tree = Tree::parse(TEXT).unwrap();
    let node = root(&tree).get("kind").unwrap().node();
    assert_eq!(tree.value(node).unwrap().text().as_deref(), Some("ClusterOperator"));
    assert!(Tree::parse("a").unwrap().value(node).is_none());
}
