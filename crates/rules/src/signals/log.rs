//! Recent matches of a log pattern. Lines that stopped hours before the gather time do not count.

use std::borrow::Cow;
use std::collections::BTreeSet;

use mustknow_cluster::model::log::{LogHits, LogLine, LogPattern};
use mustknow_cluster::model::time::{self, Span, Time};
use mustknow_cluster::views::Pod;

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject, seconds};
use crate::terms::finding::Finding;
use crate::terms::meta::Severity;
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
    /// The logs whose last match was written within `window` before the gather time, or at an
    /// unknown time.
    pub fn recent(cx: &RuleContext<'s>, pattern: &'static LogPattern, window: Span) -> Self {
        let last = |hits: &LogHits| written_at(cx.now(), hits, &hits.last);
        let is_recent = |hits: &&LogHits| cx.is_recent(last(hits), window);
        Self::of(cx, pattern, cx.log_hits(pattern).filter(is_recent).collect())
    }

    /// The same without the logs whose lines have no time, if the run of the container that wrote
    /// them ended before `window`. Needs pods.
    pub fn recent_runs(cx: &RuleContext<'s>, pattern: &'static LogPattern, window: Span) -> Self {
        let newest = |hits: &LogHits| {
            written_at(cx.now(), hits, &hits.last).or_else(|| ContainerRun::of(cx, hits)?.ended)
        };
        let is_recent = |hits: &&LogHits| cx.is_recent(newest(hits), window);
        Self::of(cx, pattern, cx.log_hits(pattern).filter(is_recent).collect())
    }

    /// Those of [`Self::recent_runs`] with at least that many matches for each hour between their
    /// first match and their last, or of the run of their container if they have no time. The gap
    /// is about lines without a time that may be as frequent at the end of a longer run.
    pub fn frequent(
        cx: &RuleContext<'s>,
        pattern: &'static LogPattern,
        window: Span,
        per_hour: u64,
    ) -> (Self, Option<Gap>) {
        let is_frequent = |hits: &&LogHits| {
            let run = if is_undated(cx, hits) { ContainerRun::of(cx, hits) } else { None };
            let times = run.map_or((hits.first.time, hits.last.time), |run| (run.began, run.ended));
            hits.count >= per_hour.saturating_mul(hours(times))
        };
        let (frequent, rare): (Vec<_>, Vec<_>) =
            Self::recent_runs(cx, pattern, window).hits.into_iter().partition(is_frequent);
        let unclear = rare.into_iter().find(|it| it.count >= per_hour && is_undated(cx, it));
        let gap = unclear.map(|LogHits { namespace, pod, container, .. }| {
            let what = format!("the times of the lines in the log of pod {namespace}/{pod}");
            let command = format!("oc logs -n {namespace} {pod} -c {container} --timestamps");
            Gap::new(GapKind::FieldAbsent, what).command(command)
        });
        (Self::of(cx, pattern, frequent), gap)
    }

    fn of(cx: &RuleContext<'s>, pattern: &'static LogPattern, hits: Vec<&'s LogHits>) -> Self {
        let first = hits.iter().filter_map(|it| written_at(cx.now(), it, &it.first)).min();
        let last = hits.iter().filter_map(|it| written_at(cx.now(), it, &it.last)).max();
        Self { pattern, hits, written: (first, last) }
    }

    /// Only the logs whose pod `is_concerned`, which gets None for a pod that was not collected.
    /// Needs pods.
    #[must_use]
    pub fn of_pods(
        &self,
        cx: &RuleContext<'s>,
        is_concerned: impl Fn(&LogHits, Option<Pod<'s>>) -> bool,
    ) -> Self {
        let is_concerned =
            |hits: &&&LogHits| is_concerned(hits, cx.find(&hits.namespace, &hits.pod));
        Self::of(cx, self.pattern, self.hits.iter().filter(is_concerned).copied().collect())
    }

    /// A finding based on lines of which some have no time is likely if the run that wrote them has
    /// ended, and otherwise only possible and at most a warning. Needs pods.
    pub fn by_time(&self, cx: &RuleContext<'s>, finding: Finding) -> Finding {
        let mut undated = self.hits.iter().filter(|hits| is_undated(cx, hits)).peekable();
        if undated.peek().is_none() {
            return finding;
        }
        let has_ended = |hits: &LogHits| ContainerRun::of(cx, hits).is_some_and(|it| it.has_ended);
        if undated.all(|hits| has_ended(hits)) {
            return finding
                .likely("the lines have no time; the run that wrote them ended recently");
        }
        let usual = finding.severity.unwrap_or(cx.meta().severity);
        finding
            .possible("the lines have no time, so that they may be old")
            .severity(usual.min(Severity::Warning))
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

    /// The nodes of the pods that wrote the lines, as far as they are known. Needs pods.
    pub fn nodes(&self, cx: &RuleContext<'_>) -> Vec<String> {
        let node = |hits: &&LogHits| cx.find::<Pod<'_>>(&hits.namespace, &hits.pod)?.node();
        let nodes: BTreeSet<_> = self.hits.iter().filter_map(node).map(Cow::into_owned).collect();
        nodes.into_iter().collect()
    }

    /// How many logs were searched for the pattern.
    pub fn examined(&self, cx: &RuleContext<'_>) -> usize {
        cx.snapshot().logs_scanned(self.pattern)
    }
}

/// Whether a log has that many matches for each hour between its first match and its last.
fn is_at_least_hourly(hits: &LogHits, per_hour: u64) -> bool {
    hits.count >= per_hour.saturating_mul(hours((hits.first.time, hits.last.time)))
}

/// The hours between two times, as a whole number; one if a time is not known.
fn hours(times: (Option<Time>, Option<Time>)) -> u64 {
    let seconds = match times {
        (Some(first), Some(last)) => Span::between(first, last).seconds(),
        _ => 0,
    };
    u64::try_from(seconds).unwrap_or(0).div_ceil(3600).max(1)
}

/// Whether the last line has no time.
fn is_undated(cx: &RuleContext<'_>, hits: &LogHits) -> bool {
    written_at(cx.now(), hits, &hits.last).is_none()
}

/// The run of a container that wrote a log: lines without a time are not outside of it.
struct ContainerRun {
    /// When it began, if known.
    began: Option<Time>,
    /// When it ended, if known; the gather time of one that has not.
    ended: Option<Time>,
    has_ended: bool,
}

impl ContainerRun {
    /// The run that wrote the log; None if its pod or container was not collected. Needs pods.
    fn of(cx: &RuleContext<'_>, hits: &LogHits) -> Option<Self> {
        let pod = cx.find::<Pod<'_>>(&hits.namespace, &hits.pod)?;
        let container = pod.containers().find(|it| it.name() == *hits.container)?;
        // `previous.log` of must-gather and of single objects.
        let is_previous = hits.path.contains("previous");
        if let Some(began) = container.running_since().filter(|_| !is_previous) {
            return Some(Self { began: Some(began), ended: cx.now(), has_ended: false });
        }
        let end = container.terminated().or_else(|| container.last_terminated())?;
        Some(Self { began: None, ended: end.finished(), has_ended: end.finished().is_some() })
    }
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
