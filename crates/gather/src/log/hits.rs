//! What is kept of the lines that hit: how many, the first, the last, and examples.

use super::LogPattern;
use crate::layout::LogFile;
use crate::time::{self, Time};

/// How much of a line is kept.
const LINE_KEPT: usize = 4096;
/// How much of a line its time is looked for in.
const HEAD: usize = 128;
/// How many lines are kept besides the first and the last.
const EXAMPLES: usize = 4;

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Counted from 1.
    pub number: u64,
    /// The line without its end; long lines are cut.
    pub text: String,
    /// The time at its head. None for a line that gives no time of its own, and for the heads of
    /// journals and of klog, which leave out the year: a neighbour's time would be a guess.
    pub time: Option<Time>,
}

/// The hits of one pattern in one log.
#[derive(Clone, Debug)]
pub struct LogHits {
    /// What was looked for.
    pub pattern: &'static LogPattern,
    /// The log's path inside the archive.
    pub path: Box<str>,
    /// The pod, or the node or its role for a node service.
    pub pod: Box<str>,
    /// The container, or the node service.
    pub container: Box<str>,
    /// How many lines hit.
    pub count: u64,
    /// The first of them.
    pub first: LogLine,
    /// The last of them; the same line when there is one only.
    pub last: LogLine,
    /// Some of those between the two, in their order. Lines that differ in numbers only are alike;
    /// of those only the latest is kept, and of many that differ the latest few.
    pub examples: Vec<LogLine>,
}

impl LogHits {
    /// About how much memory it takes, in bytes.
    pub(crate) fn weight(&self) -> usize {
        let lines = self.examples.iter().chain([&self.first, &self.last]);
        let lines: usize = lines.map(|line| size_of::<LogLine>() + line.text.len()).sum();
        size_of::<Self>() + self.path.len() + lines
    }

    /// Counts the lines from so many lines further up.
    pub(crate) fn shift(&mut self, lines: u64) {
        let examples = self.examples.iter_mut();
        for line in examples.chain([&mut self.first, &mut self.last]) {
            line.number += lines;
        }
    }

    /// Every line that was kept, the latest first.
    pub fn lines(&self) -> impl Iterator<Item = &LogLine> {
        let first = Some(&self.first).filter(|first| first.number != self.last.number);
        std::iter::once(&self.last).chain(self.examples.iter().rev()).chain(first)
    }
}

/// The hits of one pattern in a log that is still being read.
///
/// Lines are kept as bytes in buffers that are used again: a log may hit in every line.
pub(super) struct Tally {
    pattern: &'static LogPattern,
    count: u64,
    first: Kept,
    /// The latest line of each shape, by number.
    recent: Vec<Kept>,
}

#[derive(Clone, Default)]
struct Kept {
    number: u64,
    head: Head,
    shape: u64,
    text: Vec<u8>,
}

/// A line that hit, while it stands in the buffer.
#[derive(Clone, Copy)]
pub(super) struct Hit<'b> {
    pub(super) number: u64,
    pub(super) text: &'b [u8],
    pub(super) head: Head,
}

/// Where the head of a line is.
#[derive(Clone, Copy, Default)]
pub(super) enum Head {
    /// In the text.
    #[default]
    Here,
    /// The text is a later piece of the line; the time at its head was this.
    Before(Option<Time>),
}

impl Head {
    /// The time at the head of a line, of which this is the text.
    pub(super) fn time(self, text: &[u8]) -> Option<Time> {
        match self {
            Self::Here => {
                let text = kept(text);
                let head = text.get(..HEAD).unwrap_or(text);
                time::line_head(&String::from_utf8_lossy(head))
            }
            Self::Before(time) => time,
        }
    }
}

impl Tally {
    /// Adds a line to the hits of its pattern. Two hits in one line are one line.
    pub(super) fn note(found: &mut Vec<Self>, pattern: &'static LogPattern, hit: Hit<'_>) {
        match found.iter_mut().find(|known| std::ptr::eq(known.pattern, pattern)) {
            Some(known) if known.last_number() == hit.number => {}
            Some(known) => known.add(hit),
            None => {
                let mut first = Kept::default();
                first.become_line(hit, shape(hit.text));
                found.push(Self { pattern, count: 1, recent: vec![first.clone()], first });
            }
        }
    }

    fn last_number(&self) -> u64 {
        self.recent.last().map_or(0, |kept| kept.number)
    }

    fn add(&mut self, hit: Hit<'_>) {
        self.count += 1;
        let shape = shape(hit.text);
        let is_full = self.recent.len() > EXAMPLES;
        match self.recent.iter().position(|kept| kept.shape == shape) {
            Some(alike) => self.make_last(alike),
            None if is_full => self.make_last(0),
            None => self.recent.push(Kept::default()),
        }
        if let Some(last) = self.recent.last_mut() {
            last.become_line(hit, shape);
        }
    }

    fn make_last(&mut self, at: usize) {
        if let Some(tail) = self.recent.get_mut(at..) {
            tail.rotate_left(1);
        }
    }

    /// The hits, now that the log has ended.
    pub(super) fn finish(mut self, path: &str, log: LogFile<'_>) -> LogHits {
        let last = self.recent.pop().unwrap_or_default();
        let first = self.first.number;
        LogHits {
            pattern: self.pattern,
            path: path.into(),
            pod: log.pod.into(),
            container: log.container.into(),
            count: self.count,
            first: self.first.line(),
            last: last.line(),
            examples: self
                .recent
                .into_iter()
                .filter(|kept| kept.number != first)
                .map(Kept::line)
                .collect(),
        }
    }
}

impl Kept {
    fn become_line(&mut self, hit: Hit<'_>, shape: u64) {
        (self.number, self.head, self.shape) = (hit.number, hit.head, shape);
        self.text.clear();
        self.text.extend_from_slice(kept(hit.text));
    }

    fn line(self) -> LogLine {
        let time = self.head.time(&self.text);
        let text = String::from_utf8_lossy(&self.text).into_owned();
        LogLine { number: self.number, text, time }
    }
}

/// The part of a line that is kept.
fn kept(text: &[u8]) -> &[u8] {
    // A crash of the node leaves blocks of NULs in front of the next line.
    let nulls = text.iter().take_while(|byte| **byte == 0).count();
    let text = text.get(nulls..).unwrap_or_default();
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    text.get(..LINE_KEPT).unwrap_or(text)
}

/// The same for lines that differ in numbers only. It is asked of every line that hits, so it is a
/// plain sum over the bytes; lines made to be alike in it cost no more than an example.
fn shape(text: &[u8]) -> u64 {
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    kept(text).iter().fold(0xcbf2_9ce4_8422_2325, |sum: u64, &byte| {
        if is_number(byte) { sum } else { (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3) }
    })
}
