//! `mustknow scan --resume FILE`: what is done is written down, and is not done again.
//!
//! The file is lines of `-o jsonl` that carry a mark: what is in the input, who judged it, and how many lines
//! it has. An input is done when all of its lines are there, and they are written at once. Whoever hands
//! the file in may have changed it, so a line that is not understood is none, and a file that holds no
//! line of ours is never written to.

mod index;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use index::Span;
use mustknow_report::Report;
use mustknow_report::jsonl::{self, ResumeMark};
use mustknow_report::model::Tool;
use mustknow_report::triage::TriageRow;

use crate::choice::Choice;
use crate::limits::Bounds;
use crate::scan::lock;
use crate::{content, output, progress};

/// What earlier calls have done, and where this one says what it has done.
pub(crate) struct Journal {
    path: PathBuf,
    judged_by: String,
    state: Mutex<State>,
    /// Something is no longer being read.
    freed: Condvar,
}

struct State {
    file: File,
    /// Where the next line goes.
    end: u64,
    /// Where the lines of an input stand that is done.
    known: BTreeMap<String, Vec<Span>>,
    /// What is being read now: the same archive under two names is read once.
    open: BTreeSet<String>,
}

/// Who reads an input.
pub(crate) enum Claim<'j> {
    /// Nobody: an earlier call has. Its rows and its lines.
    Done(Vec<TriageRow>, Vec<String>),
    /// Whoever asks.
    Open(Open<'j>),
}

/// An input that is being read.
pub(crate) struct Open<'j> {
    journal: &'j Journal,
    /// What is in it; none where it cannot be known again.
    content: Option<String>,
}

impl Journal {
    /// Opens the file at `path`, which need not exist, for this program, this choice and these limits; or
    /// says why it cannot serve.
    pub(crate) fn open(path: &Path, choice: &Choice, bounds: &Bounds) -> Result<Self, String> {
        let name = path.display();
        let unusable = |error: io::Error| format!("--resume {name}: {error}");
        // To open a fifo or a device may take for ever.
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(format!("--resume {name}: it is no file: name one, which need not exist"));
        }
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path);
        let file = file.map_err(unusable)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => format!(
                "--resume {name}: another mustknow writes to it: wait for its end, or name another \
                 file"
            ),
            TryLockError::Error(error) => unusable(error),
        })?;
        let judged_by = content::judged_by(choice, bounds);
        let index = index::read(&file, &judged_by).map_err(unusable)?;
        let index = index.map_err(|why| format!("--resume {name}: {why}"))?;
        for words in &index.notes {
            output::warn(&format!("--resume {name}: {words}"));
        }
        file.set_len(index.end).map_err(unusable)?;
        let state = State { file, end: index.end, known: index.known, open: BTreeSet::new() };
        let path = path.to_owned();
        Ok(Self { path, judged_by, state: Mutex::new(state), freed: Condvar::new() })
    }

    /// Says who reads the input that is called `shown`; waits while another thread reads the same.
    pub(crate) fn claim(&self, paths: &[PathBuf], shown: &str) -> io::Result<Claim<'_>> {
        let open = |content| Claim::Open(Open { journal: self, content });
        // What cannot be read now says so when it is scanned.
        let Ok(content) = content::of(paths, &self.path) else { return Ok(open(None)) };
        let mut state = lock(&self.state);
        loop {
            if let Some(lines) = state.lines(&content).map_err(|error| self.unusable(&error))? {
                if let Some(rows) = jsonl::rows(&lines, shown) {
                    return Ok(Claim::Done(rows, lines));
                }
                state.known.remove(&content);
            }
            if state.open.insert(content.clone()) {
                return Ok(open(Some(content)));
            }
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn unusable(&self, error: &io::Error) -> io::Error {
        io::Error::other(format!("--resume {}: {error}", self.path.display()))
    }
}

impl Open<'_> {
    /// Writes down that the input is done; answers with its lines, none where it cannot be known again.
    pub(crate) fn done(mut self, tool: &Tool, reports: &[Report]) -> io::Result<Option<Vec<u8>>> {
        let Some(content) = self.content.clone() else {
            let path = reports.first().map(|report| &*report.archive.path);
            let words = "what is in it cannot be told, so that --resume has it read each time";
            let say = || output::warn(&format!("{}: {words}", path.unwrap_or_default()));
            progress::with_bars_hidden(say);
            return Ok(None);
        };
        let mut all = Vec::new();
        let mut spans = Vec::new();
        let journal = self.journal;
        for (line, report) in (1..).zip(reports) {
            let begin = all.len();
            let mark = ResumeMark {
                content: content.clone(),
                judged_by: journal.judged_by.clone(),
                line,
                lines: reports.len(),
            };
            jsonl::report(tool, report, Some(&mark), &mut all)?;
            spans.push(Span { at: index::number(begin), length: all.len() - begin - 1 });
        }
        let mut state = lock(&journal.state);
        for span in &mut spans {
            span.at += state.end;
        }
        state.append(&all).map_err(|error| journal.unusable(&error))?;
        state.known.insert(content.clone(), spans);
        drop(state);
        self.release();
        Ok(Some(all))
    }

    fn release(&mut self) {
        if let Some(content) = self.content.take() {
            lock(&self.journal.state).open.remove(&content);
            self.journal.freed.notify_all();
        }
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.release();
    }
}

impl State {
    /// The lines of an input that is done.
    fn lines(&mut self, content: &str) -> io::Result<Option<Vec<String>>> {
        let Some(spans) = self.known.get(content) else { return Ok(None) };
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
            // What cannot be taken back is cut off by the next call.
            let _ = self.file.set_len(self.end);
            return Err(error);
        }
        self.end += index::number(lines.len());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
