//! What the fuzz target asserts of redaction holds of every committed seed.

#![cfg(test)]

#[path = "../../../fuzz/checks/redact.rs"]
mod redact;

use std::fs;
use std::path::Path;

#[test]
fn every_seed_is_as_many_lines_as_before() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/redact");
    let mut fed = 0;
    for seed in fs::read_dir(seeds).unwrap() {
        redact::check(&fs::read(seed.unwrap().path()).unwrap());
        fed += 1;
    }
    assert!(fed > 5, "{fed} seeds");
}
