//! What rules look for in logs, and the lines that match.

use super::time::Time;

/// What a rule looks for in logs: lines that hold a literal and, where that is too loose, match a
/// regular expression as well.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogPattern {
    /// The words, as they stand in the line.
    pub literal: &'static str,
    /// Only in pods of this namespace; empty for node services.
    pub namespace: &'static str,
    /// Only in containers, or node services, of this name; empty for every one.
    pub container: &'static str,
    /// What a line with the literal must match too.
    pub regex: Option<&'static str>,
}

impl LogPattern {
    /// Lines that hold `literal`, in one container of a namespace.
    pub const fn new(
        literal: &'static str,
        namespace: &'static str,
        container: &'static str,
    ) -> Self {
        Self { literal, namespace, container, regex: None }
    }

    /// Only those of the lines that match `regex`. It sees bytes, not characters, and no more of
    /// a line than the scanner looks at in one go.
    #[must_use]
    pub const fn matching(self, regex: &'static str) -> Self {
        Self { regex: Some(regex), ..self }
    }
}

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
