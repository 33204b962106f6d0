//! `mustknow scan -o jsonl`: what came of an input is written as soon as it is known, and not kept.

use std::io::{self, Write};
use std::sync::Mutex;

use mustknow_report::jsonl;

use crate::scan::{self, Batch, ScanOutcome};
use crate::{output, progress};

/// Scans every input and writes a line for each report and each input that could not be read.
pub(crate) fn run(batch: &Batch) -> io::Result<u8> {
    let tool = batch.tool();
    let out = Mutex::new(io::stdout());
    batch.run(&|_, came| {
        let mut lines = Vec::new();
        match &came {
            ScanOutcome::Read(_, Some(written)) => lines.extend_from_slice(written),
            ScanOutcome::Read(reports, None) => {
                let write = |report| jsonl::report(&tool, report, None, &mut lines);
                reports.iter().try_for_each(write)?;
            }
            ScanOutcome::Recalled(rows, recalled) => {
                let path = rows.first().map_or("", |row| &*row.path);
                for line in recalled {
                    lines.extend_from_slice(jsonl::moved(line, path).as_bytes());
                    lines.push(b'\n');
                }
            }
            ScanOutcome::Failed(failed) => jsonl::failed(&tool, failed, &mut lines)?,
        }
        progress::with_bars_hidden(|| {
            // One thread at a time, so that lines stay whole.
            let mut out = scan::lock(&out);
            if let ScanOutcome::Failed(failed) = &came {
                output::warn(&failed.error);
            }
            out.write_all(&lines)?;
            out.flush()
        })
    })
}
