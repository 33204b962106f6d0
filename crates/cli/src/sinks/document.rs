//! `mustknow scan -o json` and the like: one document, written when every input has been scanned.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::sync::Mutex;

use mustknow_report::ScanReport;
use mustknow_report::model::{SCHEMA, Tool};

use crate::lock::lock;
use crate::messages;
use crate::scan::{ScanOutcome, Sink};

/// Writes a document.
type Renderer = fn(&ScanReport, &mut dyn Write) -> io::Result<()>;

/// Keeps every outcome until the end.
pub(crate) struct DocumentSink {
    tool: Tool,
    renderer: Renderer,
    outcomes: Mutex<BTreeMap<usize, ScanOutcome>>,
}

impl DocumentSink {
    pub(crate) fn new(tool: Tool, renderer: Renderer) -> Self {
        Self { tool, renderer, outcomes: Mutex::default() }
    }
}

impl Sink for DocumentSink {
    fn receive(&self, position: usize, outcome: ScanOutcome) -> io::Result<()> {
        lock(&self.outcomes).insert(position, outcome);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let tool = self.tool.clone();
        let mut scan = ScanReport { schema: SCHEMA, tool, reports: Vec::new(), failed: Vec::new() };
        for outcome in std::mem::take(&mut *lock(&self.outcomes)).into_values() {
            match outcome {
                ScanOutcome::Read(reports, _) => scan.reports.extend(reports),
                ScanOutcome::Recalled(..) => {}
                ScanOutcome::Failed(failed) => {
                    messages::input_failed(&failed);
                    scan.failed.push(failed);
                }
            }
        }
        let mut out = BufWriter::new(io::stdout().lock());
        (self.renderer)(&scan, &mut out)?;
        out.flush()
    }
}
