//! What logs say of a pattern, weighed by recency: what stopped hours before the gather is history.

use mustknow_cluster::model::log::{LogHits, LogLine, LogPattern};
use mustknow_cluster::model::time::{self, Span, Time};
use mustknow_cluster::views::Pod;

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, seconds};

/// The hits of a pattern that are recent.
pub struct LogOccurrences<'s> {
    pattern: &'static LogPattern,
    /// By log.
    pub hits: Vec<&'s LogHits>,
    /// When the first of the lines was written, and the last.
    written: (Option<Time>, Option<Time>),
}

impl<'s> LogOccurrences<'s> {
    /// The logs in which the pattern hit last within `window` before the gather. A log whose lines
    /// carry no time is left out: nobody knows when they were written.
    pub fn recent(cx: &RuleContext<'s>, pattern: &'static LogPattern, window: Span) -> Self {
        let written = |line: &LogLine| written(cx, pattern, line);
        let is_recent =
            |hits: &&LogHits| cx.age(written(&hits.last)).is_some_and(|age| age <= window);
        let hits: Vec<_> = cx.log_hits(pattern).filter(is_recent).collect();
        let first = hits.iter().filter_map(|hits| written(&hits.first)).min();
        let last = hits.iter().filter_map(|hits| written(&hits.last)).max();
        Self { pattern, hits, written: (first, last) }
    }

    /// Only the logs that hit at least so often for each hour between their first hit and their
    /// last: what happens now and then adds up in a log that goes back for weeks.
    #[must_use]
    pub fn often(mut self, per_hour: u64) -> Self {
        self.hits.retain(|hits| {
            let lasted = match (hits.first.time, hits.last.time) {
                (Some(first), Some(last)) => Span::between(first, last).seconds(),
                _ => 0,
            };
            let hours = u64::try_from(lasted).unwrap_or(0).div_ceil(3600).max(1);
            hits.count >= per_hour.saturating_mul(hours)
        });
        self
    }

    /// How many lines hit.
    pub fn count(&self) -> u64 {
        self.hits.iter().map(|hits| hits.count).sum()
    }

    /// The first of them.
    pub fn since(&self) -> Option<Time> {
        self.written.0
    }

    /// The last of them.
    pub fn last(&self) -> Option<Time> {
        self.written.1
    }

    /// How often and when, for a summary: "12 times from ... to ...".
    pub fn span(&self) -> String {
        let times = match self.count() {
            1 => "once".to_owned(),
            count => format!("{count} times"),
        };
        match (self.since(), self.last()) {
            (Some(first), Some(last)) if first != last => {
                format!("{times} from {} to {}", seconds(first), seconds(last))
            }
            (_, Some(last)) => format!("{times} at {}", seconds(last)),
            _ => times,
        }
    }

    /// The last line of each log.
    pub fn evidence(&self) -> impl Iterator<Item = Evidence> {
        self.hits.iter().map(|hits| Evidence::logged(self.pattern.namespace, hits))
    }

    /// The pods that wrote the lines, each with its node where that is known; the nodes for a node
    /// service. Needs pods.
    pub fn places(&self, cx: &RuleContext<'_>) -> Vec<String> {
        let place = |hits: &&LogHits| {
            if self.pattern.namespace.is_empty() {
                return format!("node {}", hits.pod);
            }
            let pod = cx.find::<Pod<'_>>(self.pattern.namespace, &hits.pod);
            match pod.and_then(Pod::node) {
                Some(node) => format!("pod {} on node {node}", hits.pod),
                None => format!("pod {}", hits.pod),
            }
        };
        let mut places: Vec<_> = self.hits.iter().map(place).collect();
        places.sort();
        places.dedup();
        places
    }

    /// How many logs were read for the pattern.
    pub fn examined(&self, cx: &RuleContext<'_>) -> usize {
        cx.snapshot().logs_scanned(self.pattern)
    }
}

/// When a line was written. Journals leave out the year, which the gather supplies.
fn written(cx: &RuleContext<'_>, pattern: &LogPattern, line: &LogLine) -> Option<Time> {
    written_at(cx.now(), pattern, line)
}

/// When a line was written that was collected at `now`, if that is known.
pub fn written_at(now: Option<Time>, pattern: &LogPattern, line: &LogLine) -> Option<Time> {
    let of_journal = || {
        let now = now.filter(|_| pattern.namespace.is_empty())?;
        time::journal_head(&line.text, now)
    };
    line.time.or_else(of_journal)
}
