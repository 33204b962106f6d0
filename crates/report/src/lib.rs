//! Reports and their renderers.
//!
//! A [`Report`] holds what one scan found in one cluster, in its final order. [`build`] makes it from a
//! judged snapshot; nothing changes it afterwards. Text of the archive is made safe to show, and secrets
//! are redacted, once, when the report is built: see [`SafeText`]. The renderers are pure functions from
//! reports to a writer.

mod builder;
pub mod model;
mod redact;
mod render;
pub mod triage;

pub use builder::{
    Pattern, ReportOptions, ScannedInput, Selection, Suppression, build, build_timeline, build_why,
};
pub use model::{Failed, Report, ScanReport};
pub use redact::SafeText;
#[cfg(feature = "schema")]
pub use render::schema;
pub use render::{
    brief, html, json, jsonl, junit, markdown, rules, sarif, table, text, timeline, why, yaml,
};
