//! Collects matching lines: how many there are, the first, the last, and examples.

use super::long_line::{self, LinePart};
use crate::layout::LogFile;
use crate::model::log::{LogHits, LogLine, LogPattern};
use crate::model::time::{self, Time};

/// How much of a line is searched for its time, in bytes.
const HEAD_LIMIT: usize = 128;
/// How many lines are stored in addition to the first and the last.
const EXAMPLES: usize = 4;

/// The hits of one pattern in a log that is being read.
///
/// Lines are stored as bytes in reused buffers, because every line of a log may match.
pub(super) struct HitCounter {
    pattern: &'static LogPattern,
    count: u64,
    first: StoredLine,
    /// The latest line of each template, by line number.
    recent: Vec<StoredLine>,
}

#[derive(Clone, Default)]
struct StoredLine {
    number: u64,
    head: LineHead,
    template: u64,
    text: Vec<u8>,
    /// The parts of a long line in the text; none if it is the whole line.
    parts: Vec<LinePart>,
    is_split: bool,
}

/// A matching line in the buffer.
#[derive(Clone, Copy)]
pub(super) struct LineHit<'b> {
    pub(super) number: u64,
    pub(super) text: &'b [u8],
    pub(super) head: LineHead,
    /// Whether the line continues in the next chunk.
    pub(super) is_split: bool,
}

/// Where the beginning of a line is, which has its time.
#[derive(Clone, Copy, Default)]
pub(super) enum LineHead {
    /// In this chunk.
    #[default]
    Here,
    /// In an earlier chunk, because the line is longer than a chunk; the time it had.
    Before(Option<Time>),
}

impl LineHead {
    /// The time of a line, of which `text` is the part in this chunk.
    pub(super) fn time(self, text: &[u8]) -> Option<Time> {
        match self {
            Self::Here => {
                let text = trimmed(text);
                let head = text.get(..HEAD_LIMIT).unwrap_or(text);
                time::line_head(&String::from_utf8_lossy(head))
            }
            Self::Before(time) => time,
        }
    }
}

impl HitCounter {
    /// Adds a line to the hits of its pattern. A line with several hits counts once.
    pub(super) fn record(counters: &mut Vec<Self>, pattern: &'static LogPattern, hit: LineHit<'_>) {
        match counters.iter_mut().find(|counter| std::ptr::eq(counter.pattern, pattern)) {
            Some(counter) if counter.last_number() == hit.number => {}
            Some(counter) => counter.add(hit),
            None => {
                let mut first = StoredLine::default();
                first.set(hit, template(hit.text), pattern.literal);
                counters.push(Self { pattern, count: 1, recent: vec![first.clone()], first });
            }
        }
    }

    fn last_number(&self) -> u64 {
        self.recent.last().map_or(0, |line| line.number)
    }

    fn add(&mut self, hit: LineHit<'_>) {
        self.count += 1;
        let template = template(hit.text);
        let is_full = self.recent.len() > EXAMPLES;
        match self.recent.iter().position(|line| line.template == template) {
            Some(same) => self.move_to_end(same),
            None if is_full => self.move_to_end(0),
            None => self.recent.push(StoredLine::default()),
        }
        if let Some(last) = self.recent.last_mut() {
            last.set(hit, template, self.pattern.literal);
        }
    }

    fn move_to_end(&mut self, at: usize) {
        if let Some(tail) = self.recent.get_mut(at..) {
            tail.rotate_left(1);
        }
    }

    /// The hits after the end of the log.
    pub(super) fn finish(mut self, path: &str, log: LogFile<'_>) -> LogHits {
        let last = self.recent.pop().unwrap_or_default();
        let first = self.first.number;
        LogHits {
            pattern: self.pattern,
            path: path.into(),
            namespace: log.namespace.into(),
            pod: log.pod.into(),
            container: log.container.into(),
            count: self.count,
            first: self.first.into_log_line(),
            last: last.into_log_line(),
            examples: self
                .recent
                .into_iter()
                .filter(|line| line.number != first)
                .map(StoredLine::into_log_line)
                .collect(),
        }
    }
}

impl StoredLine {
    fn set(&mut self, hit: LineHit<'_>, template: u64, literal: &str) {
        (self.number, self.head, self.template) = (hit.number, hit.head, template);
        self.is_split = hit.is_split;
        long_line::store(trimmed(hit.text), literal, &mut self.text, &mut self.parts);
    }

    fn into_log_line(self) -> LogLine {
        let time = self.head.time(&self.text);
        let mut text = long_line::text(&self.text, &self.parts);
        if matches!(self.head, LineHead::Before(_)) {
            text.insert_str(0, long_line::CUT.trim_start());
        }
        if self.is_split {
            text.push_str(long_line::CUT.trim_end());
        }
        LogLine { number: self.number, text, time }
    }
}

/// A line without what surrounds it.
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    // A crash of the node can leave blocks of NUL bytes before the next line.
    let nulls = text.iter().take_while(|byte| **byte == 0).count();
    let text = text.get(nulls..).unwrap_or_default();
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// A hash that is equal for lines that differ only in numbers. It is computed for every matching
/// line, so it is a simple FNV hash; a crafted collision only suppresses an example.
pub(super) fn template(text: &[u8]) -> u64 {
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let text = trimmed(text);
    let head = text.get(..long_line::LIMIT).unwrap_or(text);
    head.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, &byte| {
        if is_number(byte) { hash } else { (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3) }
    })
}
