//! What is kept of the lines that hit: how many, the first, the last, and examples.

use crate::layout::LogFile;
use crate::model::log::{LogHits, LogLine, LogPattern};
use crate::model::time::{self, Time};

/// How much of a line is kept.
const LINE_KEPT: usize = 4096;
/// How much of a line its time is looked for in.
const HEAD: usize = 128;
/// How many lines are kept besides the first and the last.
const EXAMPLES: usize = 4;

/// The hits of one pattern in a log that is still being read.
///
/// Lines are kept as bytes in buffers that are used again: a log may hit in every line.
pub(super) struct HitCounter {
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

impl HitCounter {
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
