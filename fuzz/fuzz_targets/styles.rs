//! Trees in any style: the bytes choose the style, and the library says what the text means.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mustknow_gather::yaml::{Tree, Value, YamlError};

#[path = "../../crates/gather/src/yaml/tests_oracle/compare.rs"]
mod compare;
#[path = "../../crates/gather/src/yaml/tests_oracle/styles.rs"]
mod styles;
#[path = "../../crates/gather/src/yaml/tests_hostile/visit.rs"]
mod visit;

fuzz_target!(|dice: &[u8]| {
    let text = styles::write(dice);
    if let Ok(tree) = Tree::parse(text.as_str()) {
        visit::visit(&tree);
    }
    assert_eq!(compare::disagreement(&text), None);
});
