//! `mustknow scan -q`: only the inputs that could not be read are named.

use std::io;

use crate::messages;
use crate::scan::{ScanOutcome, Sink};

/// Writes no result.
pub(crate) struct QuietSink;

impl Sink for QuietSink {
    fn receive(&self, _: usize, outcome: ScanOutcome) -> io::Result<()> {
        if let ScanOutcome::Failed(failed) = outcome {
            messages::input_failed(&failed);
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}
