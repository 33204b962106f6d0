//! The JSON Schemas of what the program writes as JSON, from the types themselves.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::jsonl::Line;
use crate::report::Scan;
use crate::timeline;

/// Where the schemas stand in the repository.
pub const FOLDER: &str = "docs/schema";

/// Every schema: the name of its file, and its text.
pub fn all() -> Vec<(&'static str, String)> {
    vec![
        schema::<Scan>("scan-v1.schema.json", "mustknow scan -o json"),
        schema::<Line<'_>>("line-v1.schema.json", "a line of mustknow scan -o jsonl"),
        schema::<timeline::jsonl::Line<'_>>(
            "timeline-v1.schema.json",
            "a line of mustknow timeline -o jsonl",
        ),
    ]
}

fn schema<T: JsonSchema>(file: &'static str, title: &str) -> (&'static str, String) {
    // What is written, not what may be read: whatever can be null is there nevertheless.
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    let id = format!("{}/raw/main/{FOLDER}/{file}", env!("CARGO_PKG_REPOSITORY"));
    schema.insert("$id".to_owned(), Value::from(id));
    schema.insert("title".to_owned(), Value::from(title));
    (file, format!("{:#}\n", schema.as_value()))
}
