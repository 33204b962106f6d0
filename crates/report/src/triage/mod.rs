//! What is kept of a report when there are hundreds of them: a row of the table.
//!
//! A row is made of a report or of its line of JSON, and both give the same, so that a resumed call
//! shows the table of a single call.

mod row;
mod source;
mod status;
#[cfg(test)]
mod tests;

pub(crate) use row::from_sources;
pub use row::{RuleCount, Triage, TriageRow, rows};
pub(crate) use source::RowSource;
pub use status::TriageStatus;
pub(crate) use status::Urgency;
