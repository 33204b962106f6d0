//! `mustknow scan -o jsonl`: what came of an input is written as soon as it is known, and not kept.

use std::io::{self, Write};
use std::sync::Mutex;

use mustknow_report::jsonl;

use crate::args::Scan;
use crate::choice::Choice;
use crate::scan::{self, Scanned};
use crate::{output, progress};

/// Scans every input and writes a line for each report and each input that could not be read.
pub(crate) fn run(args: &Scan, choice: &Choice) -> io::Result<u8> {
    let tool = scan::tool(choice);
    let out = Mutex::new(io::stdout());
    let take = |_, scanned: Scanned| {
        let mut lines = Vec::new();
        match &scanned {
            Ok(reports) => {
                reports.iter().try_for_each(|report| jsonl::report(&tool, report, &mut lines))?;
            }
            Err(failed) => jsonl::failed(&tool, failed, &mut lines)?,
        }
        progress::beside(|| {
            // One thread at a time, so that lines stay whole.
            let mut out = scan::lock(&out);
            if let Err(failed) = &scanned {
                output::warn(&failed.error);
            }
            out.write_all(&lines)?;
            out.flush()
        })
    };
    let code = scan::scan_all(args, choice, &take);
    progress::clear();
    code
}
