//! The last words of a log: the lines near its end that may say why its container failed.

use super::log::LogLine;

/// The last words of one log of a container.
#[derive(Clone, Debug)]
pub struct LogTail {
    /// The path of the log in the archive.
    pub path: Box<str>,
    /// The namespace of the pod; empty if the path does not show it.
    pub namespace: Box<str>,
    /// The pod.
    pub pod: Box<str>,
    /// The container; empty if the path does not show it.
    pub container: Box<str>,
    /// Whether the log is from before the last restart.
    pub earlier: bool,
    /// The lines, in order; none if no line looks like a reason to fail.
    pub lines: Box<[TailLine]>,
}

/// A line near the end of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TailLine {
    /// The line. Of a long line the head and the tail, redacted, with ` ... ` in between.
    pub line: LogLine,
    /// How many of the last lines differ from it only in numbers, itself included.
    pub count: u32,
    /// How many lines of the log follow it.
    pub behind: u64,
}

impl LogTail {
    /// Approximate memory use in bytes.
    pub(crate) fn weight(&self) -> usize {
        let lines = self.lines.iter().map(|it| size_of::<TailLine>() + it.line.text.len());
        let names = [&self.path, &self.namespace, &self.pod, &self.container];
        size_of::<Self>()
            + names.map(|name| name.len()).iter().sum::<usize>()
            + lines.sum::<usize>()
    }

    /// Adds `lines` to every line number, for a log that starts in the middle of a file.
    pub(crate) fn shift(&mut self, lines: u64) {
        for it in &mut self.lines {
            it.line.number += lines;
        }
    }

    /// The line that its program writes again and again until the end of the log, at least that many
    /// times. A line behind it may say that it has succeeded.
    pub fn repeated(&self, times: u32) -> Option<&TailLine> {
        self.lines.iter().rev().find(|it| it.count >= times && it.behind == 0)
    }
}
