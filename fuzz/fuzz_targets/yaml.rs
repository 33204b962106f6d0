//! Any text: whatever the library reads means the same here, and no text makes the reader panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mustknow_gather::yaml::{Tree, Value, YamlError};

#[path = "../../crates/gather/src/yaml/tests_oracle/compare.rs"]
mod compare;
#[path = "../../crates/gather/src/yaml/tests_hostile/visit.rs"]
mod visit;

fuzz_target!(|text: &str| {
    if let Ok(tree) = Tree::parse(text) {
        visit::visit(&tree);
    }
    assert_eq!(compare::disagreement(text), None);
});
