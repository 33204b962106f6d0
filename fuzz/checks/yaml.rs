//! Any text, and trees in any style: whatever the library reads means the same here, and nothing makes the
//! reader panic.

use mustknow_yaml::{Tree, Value, YamlError};

#[path = "../../crates/yaml/src/tests_oracle/compare.rs"]
mod compare;
#[path = "../../crates/yaml/src/tests_oracle/styles.rs"]
mod styles;
#[path = "../../crates/yaml/src/tests_hostile/visit.rs"]
mod visit;

/// Asserts it of a text.
pub(crate) fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        compare(text);
    }
}

/// Asserts it of the tree whose values and style the bytes choose.
pub(crate) fn check_style(dice: &[u8]) {
    compare(&styles::write(dice));
}

fn compare(text: &str) {
    if let Ok(tree) = Tree::parse(text) {
        visit::visit(&tree);
    }
    assert_eq!(compare::disagreement(text), None);
}
