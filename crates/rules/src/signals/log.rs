//! Recent matches of a log pattern. Lines that stopped hours before the gather time do not count.

use mustknow_cluster::model::log::{LogHits, LogLine, LogPattern};
use mustknow_cluster::model::time::{self, Span, Time};
use mustknow_cluster::views::Pod;

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject, seconds};
use crate::terms::finding::Finding;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// The recent matches of a pattern.
pub struct LogOccurrences<'s> {
    pattern: &'static LogPattern,
    /// The matches of each log.
    pub hits: Vec<&'s LogHits>,
    /// When the first and the last of the lines were written.
    written: (Option<Time>, Option<Time>),
}

impl<'s> LogOccurrences<'s> {
    /// The logs whose last match was written within `window` before the gather time. Logs without
    /// times are ignored.
    pub fn recent(cx: &RuleContext<'s>, pattern: &'static LogPattern, window: Span) -> Self {
        let written = |hits: &LogHits, line: &LogLine| written_at(cx.now(), hits, line);
        let is_recent = |hits: &&LogHits| cx.is_recent(written(hits, &hits.last), window);
        let hits: Vec<_> = cx.log_hits(pattern).filter(is_recent).collect();
        let first = hits.iter().filter_map(|hits| written(hits, &hits.first)).min();
        let last = hits.iter().filter_map(|hits| written(hits, &hits.last)).max();
        Self { pattern, hits, written: (first, last) }
    }

    /// What a rule finds in the recent matches of several patterns.
    pub fn judge(
        cx: &RuleContext<'s>,
        patterns: &'static [LogPattern],
        window: Span,
        judge: impl Fn(&RuleContext<'s>, &Self) -> Option<Finding>,
    ) -> Judged {
        let all: Vec<_> = patterns.iter().map(|it| Self::recent(cx, it, window)).collect();
        let examined = all.iter().map(|one| one.examined(cx)).sum();
        if examined == 0 {
            return Err(needs_a_log(patterns).into());
        }
        Ok(Checked::over(
            examined,
            all.iter().filter(|one| one.count() > 0).filter_map(|one| judge(cx, one)),
        ))
    }

    /// Only the logs with at least that many matches for each hour between their first match and
    /// their last: rare matches add up in a log of several weeks.
    #[must_use]
    pub fn at_least_hourly(mut self, per_hour: u64) -> Self {
        self.hits.retain(|hits| is_at_least_hourly(hits, per_hour));
        self
    }

    /// Whether a log has at least that many matches for each hour between its first and its last.
    pub fn is_at_least_hourly(&self, per_hour: u64) -> bool {
        self.hits.iter().any(|hits| is_at_least_hourly(hits, per_hour))
    }

    /// A finding about `subject` based on the last line of each log; None without lines.
    pub fn finding(&self, subject: Subject, summary: impl Into<String>) -> Option<Finding> {
        let mut evidence = self.evidence();
        let finding = Finding::new(subject, summary, evidence.next()?);
        Some(finding.since(self.since()).evidence(evidence))
    }

    /// How many lines matched.
    pub fn count(&self) -> u64 {
        self.hits.iter().map(|hits| hits.count).sum()
    }

    /// When the first of them was written.
    pub fn since(&self) -> Option<Time> {
        self.written.0
    }

    /// When the last of them was written.
    pub fn last(&self) -> Option<Time> {
        self.written.1
    }

    /// How often and when, for a summary: `12 times from ... to ...`.
    pub fn frequency(&self) -> String {
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
        self.hits.iter().map(|hits| Evidence::logged(&hits.namespace, hits))
    }

    /// The pods that wrote the lines, each with its node if known; for a node service, the nodes.
    /// Needs pods.
    pub fn writers(&self, cx: &RuleContext<'_>) -> Vec<String> {
        let writer = |hits: &&LogHits| {
            if hits.namespace.is_empty() {
                return format!("node {}", hits.pod);
            }
            let pod = cx.find::<Pod<'_>>(&hits.namespace, &hits.pod);
            match pod.and_then(Pod::node) {
                Some(node) => format!("pod {} on node {node}", hits.pod),
                None => format!("pod {}", hits.pod),
            }
        };
        let mut writers: Vec<_> = self.hits.iter().map(writer).collect();
        writers.sort();
        writers.dedup();
        writers
    }

    /// How many logs were searched for the pattern.
    pub fn examined(&self, cx: &RuleContext<'_>) -> usize {
        cx.snapshot().logs_scanned(self.pattern)
    }
}

/// Whether a log has that many matches for each hour between its first match and its last.
fn is_at_least_hourly(hits: &LogHits, per_hour: u64) -> bool {
    let seconds = match (hits.first.time, hits.last.time) {
        (Some(first), Some(last)) => Span::between(first, last).seconds(),
        _ => 0,
    };
    let hours = u64::try_from(seconds).unwrap_or(0).div_ceil(3600).max(1);
    hits.count >= per_hour.saturating_mul(hours)
}

/// The gap if none of the logs was collected.
fn needs_a_log(patterns: &[LogPattern]) -> Gap {
    let mut namespaces: Vec<_> = patterns.iter().map(|pattern| pattern.namespace).collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    let what = format!("logs of {}: not collected", namespaces.join(", "));
    Gap::new(GapKind::NotCollected, what).command("oc adm must-gather")
}

/// When a line of a log was written, if known; `now` is the gather time, which has the year that a
/// journal line lacks.
pub fn written_at(now: Option<Time>, hits: &LogHits, line: &LogLine) -> Option<Time> {
    let of_journal = || {
        let now = now.filter(|_| hits.namespace.is_empty())?;
        time::journal_head(&line.text, now)
    };
    line.time.or_else(of_journal)
}
