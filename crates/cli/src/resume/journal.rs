//! The file of `--resume`: one or more lines for each finished input.
//!
//! The lines are those of `-o jsonl`, with a mark: the fingerprint of the input, the fingerprint of
//! the way it was judged, and the number of lines. The lines of an input are written at once, and
//! an input is finished when all of them are there. The file may have been changed by others: lines
//! that are not understood are ignored, and a file without any line of this form is never written
//! to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use mustknow_report::Report;
use mustknow_report::jsonl::{self, ResumeMark};
use mustknow_report::model::Tool;
use mustknow_report::triage::TriageRow;

use crate::args::LimitArgs;
use crate::lock::lock;
use crate::messages;
use crate::progress::with_bars_hidden;
use crate::resume::fingerprint;
use crate::resume::index::{self, LineSpan};
use crate::selection::ScanSelection;

/// The inputs that earlier runs have finished, and those that this run reads.
pub(crate) struct Journal {
    path: PathBuf,
    /// The fingerprint of the way this run judges.
    judged_by: String,
    state: Mutex<JournalState>,
    /// Notified when a reservation ends.
    released: Condvar,
}

struct JournalState {
    file: File,
    /// The position of the next line.
    end: u64,
    /// The lines of each finished input, by its fingerprint.
    finished: BTreeMap<String, Vec<LineSpan>>,
    /// The inputs that are being read: an archive under two names is read once.
    reserved: BTreeSet<String>,
}

/// What the journal knows of an input.
pub(crate) enum JournalLookup<'j> {
    /// An earlier run has finished it. Its rows and its lines.
    Finished(Vec<TriageRow>, Vec<String>),
    /// The caller has to read it.
    Reserved(Reservation<'j>),
}

/// The right to read an input, until it is dropped.
pub(crate) struct Reservation<'j> {
    journal: &'j Journal,
    /// The fingerprint of the input; None if it has none.
    input: Option<String>,
}

impl Journal {
    /// Opens or creates the file at `path`, or says why it cannot be used.
    pub(crate) fn open(
        path: &Path,
        selection: &ScanSelection,
        limits: &LimitArgs,
    ) -> Result<Self, String> {
        let name = messages::path(path);
        let unusable = |error: io::Error| format!("--resume {name}: {}", messages::reason(&error));
        // Opening a fifo or a device may block.
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(format!(
                "--resume {name}: not a regular file; name a file, which need not exist"
            ));
        }
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path);
        let file = file.map_err(unusable)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => format!(
                "--resume {name}: another mustknow process is using it; wait for it to end, or \
                 name another file"
            ),
            TryLockError::Error(error) => unusable(error),
        })?;
        let judged_by = fingerprint::of_judgement(selection, limits);
        let index = index::read(&file, &judged_by).map_err(unusable)?;
        let index = index.map_err(|why| format!("--resume {name}: {why}"))?;
        for warning in &index.warnings {
            messages::warn(&format!("--resume {name}: {warning}"));
        }
        file.set_len(index.end).map_err(unusable)?;
        let finished = index.finished;
        let state = JournalState { file, end: index.end, finished, reserved: BTreeSet::new() };
        let path = path.to_owned();
        Ok(Self { path, judged_by, state: Mutex::new(state), released: Condvar::new() })
    }

    /// Looks up the input that is shown as `shown`; waits while another thread reads the same
    /// bytes.
    pub(crate) fn look_up(&self, paths: &[PathBuf], shown: &str) -> io::Result<JournalLookup<'_>> {
        let reserve = |input| JournalLookup::Reserved(Reservation { journal: self, input });
        // The scan reports why an input cannot be read.
        let Ok(input) = fingerprint::of_input(paths, &self.path) else { return Ok(reserve(None)) };
        let mut state = lock(&self.state);
        loop {
            if let Some(lines) = state.lines(&input).map_err(|error| self.unusable(&error))? {
                if let Some(rows) = jsonl::rows(&lines, shown) {
                    return Ok(JournalLookup::Finished(rows, lines));
                }
                state.finished.remove(&input);
            }
            if state.reserved.insert(input.clone()) {
                return Ok(reserve(Some(input)));
            }
            state = self.released.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn unusable(&self, error: &io::Error) -> io::Error {
        let (path, reason) = (messages::path(&self.path), messages::reason(error));
        io::Error::other(format!("--resume {path}: {reason}"))
    }
}

impl Reservation<'_> {
    /// Writes the reports of the input and returns their lines; None if the input has no
    /// fingerprint.
    pub(crate) fn write(mut self, tool: &Tool, reports: &[Report]) -> io::Result<Option<Vec<u8>>> {
        let Some(input) = self.input.clone() else {
            let path = reports.first().map(|report| &*report.archive.path).unwrap_or_default();
            let message = format!(
                "{path}: its content cannot be identified, so every run with --resume scans it"
            );
            with_bars_hidden(|| messages::warn(&message));
            return Ok(None);
        };
        let mut all = Vec::new();
        let mut spans = Vec::new();
        let journal = self.journal;
        for (line, report) in (1..).zip(reports) {
            let begin = all.len();
            let mark = ResumeMark {
                content: input.clone(),
                judged_by: journal.judged_by.clone(),
                line,
                lines: reports.len(),
            };
            jsonl::report(tool, report, Some(&mark), &mut all)?;
            spans.push(LineSpan { at: index::number(begin), length: all.len() - begin - 1 });
        }
        let mut state = lock(&journal.state);
        for span in &mut spans {
            span.at += state.end;
        }
        state.append(&all).map_err(|error| journal.unusable(&error))?;
        state.finished.insert(input, spans);
        drop(state);
        self.release();
        Ok(Some(all))
    }

    fn release(&mut self) {
        if let Some(input) = self.input.take() {
            lock(&self.journal.state).reserved.remove(&input);
            self.journal.released.notify_all();
        }
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.release();
    }
}

impl JournalState {
    /// The lines of a finished input.
    fn lines(&mut self, input: &str) -> io::Result<Option<Vec<String>>> {
        let Some(spans) = self.finished.get(input) else { return Ok(None) };
        let mut lines = Vec::new();
        for span in spans {
            self.file.seek(SeekFrom::Start(span.at))?;
            let mut line = vec![0; span.length];
            self.file.read_exact(&mut line)?;
            lines.push(String::from_utf8_lossy(&line).into_owned());
        }
        Ok(Some(lines))
    }

    /// Writes all lines of an input, or none.
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        if let Err(error) = self.file.write_all(lines) {
            // If this fails, the next run removes the incomplete lines.
            let _ = self.file.set_len(self.end);
            return Err(error);
        }
        self.end += index::number(lines.len());
        Ok(())
    }
}
