//! Reads everything of a tree.
//!
//! The fuzz targets include this file too, so it uses only the public API.

use super::{Tree, Value};

/// Reads every value of a tree; fails on a span outside the text or within a character.
pub(crate) fn visit(tree: &Tree) {
    for root in tree.documents() {
        visit_value(tree, root);
    }
}

fn visit_value(tree: &Tree, value: Value<'_>) {
    assert!(tree.text().get(value.span()).is_some(), "{:?}", value.span());
    assert_eq!(tree.value(value.node()).map(Value::span), Some(value.span()));
    let _ = (value.text(), value.as_bool(), value.as_i64(), value.as_u64(), value.as_f64());
    assert_eq!(value.is_empty(), value.items().count() + value.entries().count() == 0);
    for item in value.items() {
        visit_value(tree, item);
    }
    for (key, member) in value.entries() {
        assert!(value.get(&key).is_some(), "{key:?}");
        let span = value.entry_span(&key).unwrap();
        assert!(tree.text().get(span).is_some());
        visit_value(tree, member);
    }
}
