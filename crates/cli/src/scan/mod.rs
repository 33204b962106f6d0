//! How the inputs of a scan are read and judged, several at a time.

mod batch;
mod outcome;
mod parallelism;
mod timeline;

pub(crate) use batch::Batch;
pub(crate) use outcome::{ScanOutcome, Sink};
pub(crate) use parallelism::threads;
