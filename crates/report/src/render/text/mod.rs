//! The report for people at a terminal.
//!
//! Root causes come first, each with its evidence, its consequences and what to do; then the
//! inconclusive checks that could explain a symptom; then the unexplained symptoms; then the rest.

mod finding;
mod fitted;
mod header;
mod inconclusive;
mod page;
mod report;
mod snippet;
mod style;

pub(crate) use page::{TextPage, wrap_options};
pub(crate) use report::one_finding;
pub use report::write;
pub use style::{Drawing, TextStyle};
