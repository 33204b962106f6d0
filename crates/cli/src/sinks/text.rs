//! `mustknow scan -o text`: the report of a single cluster, or a table of several.
//!
//! Of each report only its row is kept, so that memory does not grow with the number of archives.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Mutex;

use mustknow_report::text::{self, TextStyle};
use mustknow_report::triage::{self, Triage, TriageRow};
use mustknow_report::{Failed, Report, table};

use crate::lock::lock;
use crate::messages;
use crate::progress::with_bars_hidden;
use crate::scan::{Batch, ScanOutcome, Sink};

/// Writes reports and a table for people.
pub(crate) struct TextSink {
    style: TextStyle,
    inputs: usize,
    is_resumable: bool,
    reports: Mutex<InputOrder>,
    rows: Mutex<TableRows>,
}

impl TextSink {
    pub(crate) fn new(batch: &Batch) -> Self {
        Self {
            style: batch.args.preferences.style(),
            inputs: batch.inputs(),
            is_resumable: batch.is_resumable(),
            reports: Mutex::default(),
            rows: Mutex::default(),
        }
    }

    /// Whether the reports of an input are shown in full.
    fn shows(&self, reports: &[Report]) -> bool {
        let is_only = self.inputs == 1 && reports.len() == 1 && !self.is_resumable;
        self.style.verbose || is_only
    }
}

impl Sink for TextSink {
    fn prefers_input_order(&self) -> bool {
        self.style.verbose
    }

    fn receive(&self, position: usize, outcome: ScanOutcome) -> io::Result<()> {
        let mut page = Vec::new();
        if let ScanOutcome::Read(reports, _) = &outcome
            && self.shows(reports)
        {
            for report in reports {
                if !page.is_empty() {
                    page.push(b'\n');
                }
                text::write(report, self.style, &mut page)?;
            }
        }
        lock(&self.rows).add(position, outcome);
        with_bars_hidden(|| lock(&self.reports).write(position, page, &mut io::stdout().lock()))
    }

    fn finish(&mut self) -> io::Result<()> {
        let TableRows { rows, failed, recalled } = std::mem::take(&mut *lock(&self.rows));
        for failed in failed.values() {
            messages::input_failed(failed);
        }
        let inputs = self.inputs;
        if recalled > 0 {
            let message = format!("{recalled} of {inputs} archives were done by an earlier run");
            messages::note(&message);
        }
        let triage = Triage {
            rows: rows.into_values().flatten().collect(),
            failed: failed.into_values().collect(),
            inputs,
        };
        let mut out = io::stdout().lock();
        if triage.rows.len() + triage.failed.len() > 1 || self.is_resumable {
            let mut table = Vec::new();
            if lock(&self.reports).has_begun {
                table.push(b'\n');
            }
            table::write(&triage, self.style, &mut table)?;
            out.write_all(&table)?;
        }
        out.flush()
    }
}

/// What the table consists of, in the order of the inputs.
#[derive(Default)]
struct TableRows {
    rows: BTreeMap<usize, Vec<TriageRow>>,
    failed: BTreeMap<usize, Failed>,
    /// How many inputs an earlier run has done.
    recalled: usize,
}

impl TableRows {
    fn add(&mut self, position: usize, outcome: ScanOutcome) {
        match outcome {
            ScanOutcome::Read(reports, _) => {
                self.rows.insert(position, triage::rows(&reports));
            }
            ScanOutcome::Recalled(rows, _) => {
                self.recalled += 1;
                self.rows.insert(position, rows);
            }
            ScanOutcome::Failed(failed) => {
                self.failed.insert(position, failed);
            }
        }
    }
}

/// Writes pages in the order of the inputs, whichever input is done first.
#[derive(Default)]
struct InputOrder {
    next: usize,
    waiting: BTreeMap<usize, Vec<u8>>,
    has_begun: bool,
}

impl InputOrder {
    /// Writes all pages that no earlier page has to precede.
    fn write(&mut self, position: usize, page: Vec<u8>, out: &mut dyn Write) -> io::Result<()> {
        self.waiting.insert(position, page);
        while let Some(page) = self.waiting.remove(&self.next) {
            self.next += 1;
            if page.is_empty() {
                continue;
            }
            if self.has_begun {
                out.write_all(b"\n")?;
            }
            self.has_begun = true;
            out.write_all(&page)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_written_in_the_order_of_the_inputs() {
        let mut in_order = InputOrder::default();
        let mut out = Vec::new();
        for (position, page) in [(2, "c\n"), (0, "a\n"), (3, ""), (1, ""), (4, "e\n")] {
            in_order.write(position, page.into(), &mut out).unwrap();
        }
        assert_eq!(String::from_utf8(out).unwrap(), "a\n\nc\n\ne\n");
    }
}
