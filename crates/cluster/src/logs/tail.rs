//! Keeps the last words of a log: a few lines near its end that look like a reason to fail.
//!
//! Every log has an end and few ends matter, so this must cost next to nothing: only the last bytes
//! of a log are searched, once, for pieces of words, and how much a line says is decided only for the
//! logs of containers that are not well. A long line is redacted before it is cut; others are
//! redacted with the rest of the report.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memrchr};
use mustknow_redact::{redact_ends, redact_part, shorten_redacted};

use super::hits::{LineHead, template, trimmed};
use super::literals::Literals;
use crate::error::Error;
use crate::model::log::LogLine;
use crate::model::log_tail::TailLine;

/// How much of a log is searched that ended with its container, in bytes: a stack or the flags of a
/// program may follow the line that says why.
const WINDOW: usize = 64 << 10;
/// How much of a log is searched whose container may still run.
const SHORT_WINDOW: usize = 16 << 10;
/// How many bytes of the lines of a log are stored.
const STORED: usize = 2 << 10;
/// The same of a log whose container may still run.
const SHORT_STORED: usize = 1 << 10;
/// How many characters of a line are stored.
const LINE_LIMIT: usize = 480;
/// What stands for the rest of a line.
const CUT: &str = " ... ";
/// How much of a line without a beginning is not shown: more than the length of a key.
const MARGIN: usize = 4096;
/// How many lines of each class are candidates.
const CANDIDATES: usize = 4;
/// A line with a longer word is no sentence, but data.
const WORD_LIMIT: usize = 200;

/// Pieces of words with which programs say that they end.
const ENDS: [&str; 13] = [
    "panic: ",
    "atal",
    "ATAL",
    "Traceback (",
    "xception",
    "rror: ",
    "unknown command",
    "unknown flag",
    "egmentation fault",
    "exec format",
    "\nF0",
    "\nF1",
    "Z F0",
];
/// Pieces of words with which they say what failed.
const FAILURES: [&str; 28] = [
    "rror",
    "RROR",
    "ailed",
    "ailure",
    "denied",
    "orbidden",
    "efused",
    "imeout",
    "timed out",
    "nable to",
    "annot ",
    "can't ",
    "nvalid",
    "xpired",
    "ot found",
    "o such ",
    " not set",
    "ot assigned",
    "issing",
    "xceeded",
    "x509",
    "is after ",
    "is before ",
    "nauthorized",
    "oo many ",
    "o space left",
    "requires ",
    "exit status",
];
/// What the routine lines of loggers contain.
const ROUTINES: [&str; 4] = ["level=info", "\"info\"", "[INFO]", " INFO "];

/// The search for the pieces of words.
#[derive(Debug)]
pub(super) struct TailSearch {
    words: Literals,
}

/// Collects the last bytes of a log that is being read.
pub(super) struct TailKeeper<'s> {
    search: &'s TailSearch,
    has_ended: bool,
    /// The last bytes before the current chunk.
    before: Vec<u8>,
}

/// A line in the window.
struct Candidate {
    start: usize,
    end: usize,
    template: u64,
    count: u32,
}

impl TailSearch {
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self { words: Literals::new(ENDS.into_iter().chain(FAILURES).collect())? })
    }
}

impl<'s> TailKeeper<'s> {
    /// For a log of a container that may still run, or that has ended.
    pub(super) fn new(search: &'s TailSearch, has_ended: bool) -> Self {
        Self { search, has_ended, before: Vec::new() }
    }

    fn window(&self) -> usize {
        if self.has_ended { WINDOW } else { SHORT_WINDOW }
    }

    /// Adds a chunk after which others follow.
    pub(super) fn chunk(&mut self, bytes: &[u8]) {
        let window = self.window() + MARGIN;
        self.before.extend_from_slice(last(bytes, window));
        let surplus = self.before.len().saturating_sub(window);
        self.before.drain(..surplus);
    }

    /// The last words after the last chunk. `next` is the number of the line behind the last line
    /// break.
    pub(super) fn finish(mut self, bytes: &[u8], next: u64) -> Box<[TailLine]> {
        let is_cut = !self.before.is_empty() || bytes.len() > self.window();
        let mut text = last(bytes, self.window());
        if text.len() < self.window() && !self.before.is_empty() {
            self.before.extend_from_slice(text);
            text = last(&self.before, self.window() + MARGIN);
        }
        // The first line has no beginning, so that a secret in it may not be recognised.
        let is_only = memchr(b'\n', text).is_none_or(|at| at + 1 >= text.len());
        if is_cut && is_only {
            return endless(text, next).into_iter().collect();
        }
        let begin = if is_cut { memchr(b'\n', text).map_or(0, |at| at + 1) } else { 0 };
        let text = text.get(begin..).unwrap_or_default();
        self.lines(text, next)
    }

    fn lines(&self, text: &[u8], next: u64) -> Box<[TailLine]> {
        let [ends, failures] = self.candidates(text);
        let last = last_line(text);
        let mut chosen: Vec<Candidate> = Vec::new();
        let mut room = if self.has_ended { STORED } else { SHORT_STORED };
        let (mut ends, mut failures) = (ends.into_iter().rev(), failures.into_iter().rev());
        let ranked = [ends.next(), failures.next(), ends.next(), last].into_iter().flatten();
        for candidate in ranked.chain(failures).chain(ends) {
            let size = (candidate.end - candidate.start).min(LINE_LIMIT);
            let is_known = chosen.iter().any(|it| it.start == candidate.start);
            if !is_known && size <= room {
                room -= size;
                chosen.push(candidate);
            }
        }
        chosen.sort_by_key(|it| it.start);
        let end = text.trim_ascii_end().len();
        chosen.into_iter().filter_map(|it| stored(text, &it, next, end)).collect()
    }

    /// The last lines that say why the program ended, and the last ones that say what failed.
    fn candidates(&self, text: &[u8]) -> [Vec<Candidate>; 2] {
        let mut found = [Vec::new(), Vec::new()];
        let [ends, failures] = &mut found;
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty())
            && let Some(hit) = self.search.words.find(rest).map(|hit| at + hit)
        {
            // A piece may begin with the line break before its line.
            let inside = hit + usize::from(text.get(hit) == Some(&b'\n'));
            let (before, after) = text.split_at(inside);
            let start = memrchr(b'\n', before).map_or(0, |at| at + 1);
            let end = inside + memchr(b'\n', after).unwrap_or(after.len());
            let line = text.get(start..end).unwrap_or_default();
            at = end.max(hit + 1);
            if text.get(hit..).is_some_and(|it| it.starts_with(b"Traceback (")) {
                if let Some((start, end)) = end_of_traceback(text, end + 1) {
                    add(ends, text, start, end);
                    at = end;
                }
            } else if self.says_end(text, hit, end) {
                add(ends, text, start, end);
            } else if !is_routine(line) {
                add(failures, text, start, end);
            }
        }
        found
    }

    /// Whether a line with a piece at `hit` has one of an end there or later.
    fn says_end(&self, text: &[u8], mut hit: usize, end: usize) -> bool {
        loop {
            let rest = text.get(hit..end.max(hit)).unwrap_or_default();
            if ENDS.iter().any(|word| rest.starts_with(word.as_bytes())) {
                return true;
            }
            let Some(more) = rest.get(1..).and_then(|rest| self.search.words.find(rest)) else {
                return false;
            };
            hit += 1 + more;
        }
    }
}

/// Adds a line, or counts it with the latest that differs only in numbers.
fn add(lines: &mut Vec<Candidate>, text: &[u8], start: usize, end: usize) {
    let template = template(without_time(text.get(start..end).unwrap_or_default()));
    let mut count = 1;
    if let Some(same) = lines.iter().position(|it| it.template == template) {
        count += lines.remove(same).count;
    } else if lines.len() >= CANDIDATES {
        lines.remove(0);
    }
    lines.push(Candidate { start, end, template, count });
}

/// The first line behind a traceback that is not indented: the exception.
fn end_of_traceback(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut start = from;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let end = start + memchr(b'\n', rest).unwrap_or(rest.len());
        let line = without_time(text.get(start..end)?);
        if !line.is_empty() && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            return Some((start, end));
        }
        start = end + 1;
    }
    None
}

/// A line without the time that the collector puts before it; what follows keeps its indentation.
fn without_time(line: &[u8]) -> &[u8] {
    let is_time = |head: &[u8]| {
        head.len() >= 20 && head.first().is_some_and(u8::is_ascii_digit) && head.ends_with(b"Z")
    };
    match memchr(b' ', line.get(..40).unwrap_or(line)) {
        Some(at) if line.get(..at).is_some_and(is_time) => line.get(at + 1..).unwrap_or_default(),
        _ => line,
    }
}

/// Whether a logger marks a line as one that reports no error.
fn is_routine(line: &[u8]) -> bool {
    let line = without_time(line);
    let is_klog = matches!(line.first(), Some(b'I' | b'W'))
        && line.get(1..5).is_some_and(|date| date.iter().all(u8::is_ascii_digit));
    is_klog || ROUTINES.iter().any(|word| memchr::memmem::find(line, word.as_bytes()).is_some())
}

/// The last line, if it is a sentence.
fn last_line(text: &[u8]) -> Option<Candidate> {
    let end = text.trim_ascii_end().len();
    let line = text.get(..end)?;
    let start = memrchr(b'\n', line).map_or(0, |at| at + 1);
    let line = without_time(line.get(start..)?);
    let is_sentence = memchr(b' ', line).is_some()
        && line.split(|byte| *byte == b' ').all(|word| word.len() <= WORD_LIMIT);
    (is_sentence && !is_routine(line)).then_some(Candidate { start, end, template: 0, count: 1 })
}

/// A line as it is stored; `end` is where the text of the log ends.
fn stored(text: &[u8], it: &Candidate, next: u64, end: usize) -> Option<TailLine> {
    let line = trimmed(text.get(it.start..it.end)?);
    let time = LineHead::Here.time(line);
    let shown = String::from_utf8_lossy(line);
    let shown = match shown.char_indices().nth(LINE_LIMIT) {
        None => shown.trim_end().to_owned(),
        Some(_) => shorten_redacted(&redact_ends(&shown), LINE_LIMIT, CUT).into_owned(),
    };
    let behind = text.get(it.end..end).unwrap_or_default();
    let behind = memchr_iter(b'\n', behind).count() as u64;
    let after = memchr_iter(b'\n', text.get(it.start..)?).count() as u64;
    let number = next.saturating_sub(after).max(1);
    let line = LogLine { number, text: shown, time };
    (!line.text.is_empty()).then_some(TailLine { line, count: it.count, behind })
}

/// The end of a line that is longer than the window.
fn endless(text: &[u8], next: u64) -> Option<TailLine> {
    let decoded: Cow<'_, str> = String::from_utf8_lossy(text.trim_ascii_end());
    let start = decoded.ceil_char_boundary(MARGIN.min(decoded.len()));
    let shown = redact_part(&decoded, start..decoded.len());
    let mut shown = shorten_redacted(&shown, LINE_LIMIT, CUT).into_owned();
    shown.insert_str(0, CUT.trim_start());
    let ends_line = u64::from(text.ends_with(b"\n"));
    let number = next.saturating_sub(ends_line).max(1);
    let line = LogLine { number, text: shown, time: None };
    Some(TailLine { line, count: 1, behind: 0 })
}

/// The last bytes.
fn last(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(bytes.len().saturating_sub(most)..).unwrap_or_default()
}
