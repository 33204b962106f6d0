//! What comes of an input, and what receives it.

use std::io;

use mustknow_report::triage::TriageRow;
use mustknow_report::{Failed, Report};

/// What came of one input.
pub(crate) enum ScanOutcome {
    /// A report for each cluster in it; with `--resume`, also the lines that were written for a
    /// later run.
    Read(Vec<Report>, Option<Vec<u8>>),
    /// What an earlier run wrote of it: a row and a line for each cluster in it.
    Recalled(Vec<TriageRow>, Vec<String>),
    /// It could not be read at all.
    Failed(Failed),
}

/// Receives the outcomes of a scan and writes the result.
pub(crate) trait Sink: Sync {
    /// Whether outcomes are written in the order of the inputs, so that reading in this order is
    /// better than reading the largest input first.
    fn prefers_input_order(&self) -> bool {
        false
    }

    /// Receives the outcome of the input at `position`, in any order and from several threads.
    fn receive(&self, position: usize, outcome: ScanOutcome) -> io::Result<()>;

    /// Writes what is left when all outcomes have been received.
    fn finish(&mut self) -> io::Result<()>;
}
