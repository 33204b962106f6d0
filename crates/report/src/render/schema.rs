//! The JSON Schemas of the JSON output, from the types themselves.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::jsonl::ReportLine;
use super::timeline::jsonl::TimelineLine;
use crate::model::ScanReport;

/// The folder of the schemas in the repository.
pub const FOLDER: &str = "docs/schema";

/// Every schema: the name of its file, and its text.
pub fn all() -> Vec<(&'static str, String)> {
    vec![
        schema::<ScanReport>("scan-v1.schema.json", "mustknow scan -o json"),
        schema::<ReportLine<'_>>("line-v1.schema.json", "a line of mustknow scan -o jsonl"),
        schema::<TimelineLine<'_>>(
            "timeline-v1.schema.json",
            "a line of mustknow timeline -o jsonl",
        ),
    ]
}

fn schema<T: JsonSchema>(file: &'static str, title: &str) -> (&'static str, String) {
    // Of what is written: a field that may be null is always there.
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    let id = format!("{}/raw/main/{FOLDER}/{file}", env!("CARGO_PKG_REPOSITORY"));
    schema.insert("$id".to_owned(), Value::from(id));
    schema.insert("title".to_owned(), Value::from(title));
    (file, format!("{:#}\n", schema.as_value()))
}
