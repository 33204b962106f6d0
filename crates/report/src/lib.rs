//! A scan in words.
//!
//! [`Report`] is what one scan of one cluster says, ranked, with every quoted word in it; the
//! renderers are pure functions from reports to a writer. Words of the archive are made harmless, and
//! what is secret in them is taken out, once, when the report is built: see [`safe::SafeText`].

pub mod brief;
mod build;
mod effects;
mod excerpt;
pub mod html;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod markdown;
mod operators;
mod rank;
mod redact;
pub mod report;
pub mod rules;
pub mod safe;
pub mod sarif;
pub mod schema;
pub mod select;
mod summary;
pub mod table;
pub mod text;
pub mod timeline;
pub mod triage;
pub mod yaml;

pub use build::{Input, build};
pub use report::{Failed, Report, Scan};
pub use select::Selection;
