//! `mustknow scan -o text`: of one input its report, of several a table, for which little of each is kept.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Mutex;

use mustknow_report::triage::{self, Triage};
use mustknow_report::{Failed, Report, table, text};

use crate::args::{Format, Scan};
use crate::scan::{Batch, ScanOutcome, lock};
use crate::{output, progress};

/// Whether reports are shown one after the other, so that they had better be made so.
pub(crate) fn shows_in_order(args: &Scan) -> bool {
    args.output() == Format::Text && args.preferences.verbose
}

/// Scans every input and writes the report of the only one, or the table of all.
pub(crate) fn run(batch: &Batch) -> io::Result<u8> {
    let args = &batch.args;
    let inputs = batch.inputs.each.len() + batch.inputs.failed.len();
    let style = args.preferences.style();
    let is_only = inputs == 1 && batch.journal.is_none();
    let shown = Mutex::new(InOrder::default());
    let kept = Mutex::new(Kept::default());
    let code = batch.run(&|at, came| {
        let mut words = Vec::new();
        if let ScanOutcome::Read(reports, _) = &came
            && (args.preferences.verbose || (is_only && reports.len() == 1))
        {
            reports.iter().try_for_each(|report| lengthen(&mut words, report, style))?;
        }
        lock(&kept).add(at, came);
        progress::with_bars_hidden(|| lock(&shown).add(at, words, &mut io::stdout().lock()))
    })?;
    let Kept { rows, failed, recalled } = std::mem::take(&mut *lock(&kept));
    for failed in failed.values() {
        output::warn(&failed.error);
    }
    if recalled > 0 {
        output::warn(&format!("{recalled} of {inputs} archives were done by an earlier call"));
    }
    let triage = Triage {
        rows: rows.into_values().flatten().collect(),
        failed: failed.into_values().collect(),
        inputs,
    };
    let is_table = triage.rows.len() + triage.failed.len() > 1 || batch.journal.is_some();
    let mut out = io::stdout().lock();
    if is_table {
        let mut words = Vec::new();
        if lock(&shown).has_begun {
            words.push(b'\n');
        }
        table::write(&triage, style, &mut words)?;
        out.write_all(&words)?;
    }
    out.flush()?;
    Ok(code)
}

fn lengthen(words: &mut Vec<u8>, report: &Report, style: text::TextStyle) -> io::Result<()> {
    if !words.is_empty() {
        words.push(b'\n');
    }
    text::write(report, style, words)
}

/// What the table is made of, by the order of the inputs.
#[derive(Default)]
struct Kept {
    rows: BTreeMap<usize, Vec<triage::TriageRow>>,
    failed: BTreeMap<usize, Failed>,
    /// How many inputs an earlier call has done.
    recalled: usize,
}

impl Kept {
    fn add(&mut self, at: usize, came: ScanOutcome) {
        match came {
            ScanOutcome::Read(reports, _) => drop(self.rows.insert(at, triage::rows(&reports))),
            ScanOutcome::Recalled(rows, _) => {
                self.recalled += 1;
                self.rows.insert(at, rows);
            }
            ScanOutcome::Failed(failed) => drop(self.failed.insert(at, failed)),
        }
    }
}

/// Words that are written in the order of the inputs, whichever is done first.
#[derive(Default)]
struct InOrder {
    next: usize,
    waiting: BTreeMap<usize, Vec<u8>>,
    has_begun: bool,
}

impl InOrder {
    /// Writes what has its turn now.
    fn add(&mut self, at: usize, words: Vec<u8>, out: &mut dyn Write) -> io::Result<()> {
        self.waiting.insert(at, words);
        while let Some(words) = self.waiting.remove(&self.next) {
            self.next += 1;
            if words.is_empty() {
                continue;
            }
            if self.has_begun {
                out.write_all(b"\n")?;
            }
            self.has_begun = true;
            out.write_all(&words)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wait_for_their_turn() {
        let mut in_order = InOrder::default();
        let mut out = Vec::new();
        for (at, words) in [(2, "c\n"), (0, "a\n"), (3, ""), (1, ""), (4, "e\n")] {
            in_order.add(at, words.into(), &mut out).unwrap();
        }
        assert_eq!(String::from_utf8(out).unwrap(), "a\n\nc\n\ne\n");
    }
}
