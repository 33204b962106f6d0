//! The schemas of the outputs, and whether an output matches them.

use std::fs;

use serde_json::Value;

use super::checkout;

/// The schema of `-o json`.
pub(crate) const SCAN: &str = "scan-v1.schema.json";
/// The schema of a line of `-o jsonl`.
pub(crate) const LINE: &str = "line-v1.schema.json";

/// The schema of a line of `mustknow timeline -o jsonl`.
pub(crate) const TIMELINE: &str = "timeline-v1.schema.json";

/// A committed schema of ours.
pub(crate) fn schema(name: &str) -> Value {
    read(&format!("docs/schema/{name}"))
}

/// The schema of OASIS.
pub(crate) fn sarif_schema() -> Value {
    read("tests/schemas/sarif-schema-2.1.0.json")
}

fn read(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(checkout().join(path)).unwrap()).unwrap()
}

/// Fails with every violation of a schema.
pub(crate) fn assert_valid(schema: &Value, instance: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
