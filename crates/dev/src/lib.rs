//! What the chores of the project do; the command line is in `main.rs`, and the benchmark of the
//! repository takes its data from here.
#![expect(clippy::print_stderr, reason = "a chore tells the person at the terminal how it goes")]

pub mod accuracy;
pub mod batch_data;
pub mod bench_data;
pub mod cases;
pub mod fixtures;
pub mod json_schema;
pub mod ready;
pub mod rule_docs;
mod workspace;

pub use workspace::workspace;
