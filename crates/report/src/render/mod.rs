//! One renderer for each format: from a report to a writer, without any other effect.

pub mod brief;
pub mod html;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod markdown;
pub mod rules;
pub mod sarif;
#[cfg(feature = "schema")]
pub mod schema;
mod summary;
pub mod table;
pub mod text;
pub mod timeline;
pub mod why;
pub mod yaml;
