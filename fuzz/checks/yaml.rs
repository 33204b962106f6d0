//! Any text, and trees in any style: what the library reads means the same here, and nothing
//! panics.

use mustknow_yaml::{Tree, Value, YamlError};

#[path = "../../crates/yaml/src/tests/compare.rs"]
mod compare;
#[path = "../../crates/yaml/src/tests/styles.rs"]
mod styles;
#[path = "../../crates/yaml/src/tests/visit.rs"]
mod visit;

/// Checks a text.
pub(crate) fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        compare(text);
    }
}

/// Checks the tree whose values and styles the bytes choose.
pub(crate) fn check_style(dice: &[u8]) {
    compare(&styles::write(dice));
}

fn compare(text: &str) {
    if let Ok(tree) = Tree::parse(text) {
        visit::visit(&tree);
    }
    assert_eq!(compare::disagreement(text), None);
}
