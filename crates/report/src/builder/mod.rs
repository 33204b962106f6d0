//! From a judged snapshot to its report, in its final order, every text of the archive safe to show.

mod cluster;
mod evidence;
mod excerpt;
mod findings;
mod links;
mod operators;
mod rank;
mod report;
mod select;
mod subject;
mod timeline;
mod why;

pub use report::{ReportOptions, ScannedInput, build};
pub use select::{Pattern, Selection, Suppression};
pub use timeline::build as build_timeline;
pub use why::build as build_why;
