//! Reports as lines of JSON, each complete in itself, written when its archive is done, in any order.
//!
//! A line may carry a [`ResumeMark`], by which a later call recognises that its input is done.

mod line;
mod resume;

#[cfg(feature = "schema")]
pub(crate) use line::ReportLine;
pub use line::{ResumeMark, failed, report};
pub use resume::{beginning, mark, moved, rows};
