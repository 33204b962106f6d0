//! `mustknow scan -o jsonl`: the lines of an input are written as soon as it is done, and not kept.

use std::io::{self, Write};
use std::sync::Mutex;

use mustknow_report::jsonl;
use mustknow_report::model::Tool;

use crate::lock::lock;
use crate::messages;
use crate::progress::with_bars_hidden;
use crate::scan::{ScanOutcome, Sink};

/// Writes a line for each report and for each input that could not be read.
pub(crate) struct JsonLinesSink {
    tool: Tool,
    /// Locked while the lines of an input are written, so that lines of two inputs do not mix.
    out: Mutex<io::Stdout>,
}

impl JsonLinesSink {
    pub(crate) fn new(tool: Tool) -> Self {
        Self { tool, out: Mutex::new(io::stdout()) }
    }
}

impl Sink for JsonLinesSink {
    fn receive(&self, _: usize, outcome: ScanOutcome) -> io::Result<()> {
        let mut lines = Vec::new();
        match &outcome {
            ScanOutcome::Read(_, Some(written)) => lines.extend_from_slice(written),
            ScanOutcome::Read(reports, None) => {
                let write = |report| jsonl::report(&self.tool, report, None, &mut lines);
                reports.iter().try_for_each(write)?;
            }
            ScanOutcome::Recalled(rows, recalled) => {
                let path = rows.first().map_or("", |row| &*row.path);
                for line in recalled {
                    lines.extend_from_slice(jsonl::moved(line, path).as_bytes());
                    lines.push(b'\n');
                }
            }
            ScanOutcome::Failed(failed) => {
                jsonl::failed(&self.tool, failed, &mut lines)?;
            }
        }
        with_bars_hidden(|| {
            let mut out = lock(&self.out);
            if let ScanOutcome::Failed(failed) = &outcome {
                messages::input_failed(failed);
            }
            out.write_all(&lines)?;
            out.flush()
        })
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}
