//! Recent matches of a log pattern. Lines that stopped hours before the gather time do not count.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use mustknow_cluster::model::log::{LogHits, LogLine, LogPattern};
use mustknow_cluster::model::time::{self, Span, Time};
use mustknow_cluster::views::Pod;

use super::container_run::ContainerRun;
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject, seconds};
use crate::terms::finding::Finding;
use crate::terms::meta::Severity;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// The recent matches of a pattern.
#[derive(Clone)]
pub struct LogOccurrences<'s> {
    pattern: &'static LogPattern,
    /// The matches of each log.
    pub hits: Vec<&'s LogHits>,
    /// The gather time, which has the year that some lines lack.
    now: Option<Time>,
}

impl<'s> LogOccurrences<'s> {
    /// The logs whose last match was written within `window` before the gather time, or at an unknown
    /// time.
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
            let command = Command::new(
                "oc logs -n {namespace} {pod} -c {container} --timestamps",
                &[("namespace", namespace), ("pod", pod), ("container", container)],
            );
            Gap::new(GapKind::FieldAbsent, what).command(command)
        });
        (Self::of(cx, pattern, frequent), gap)
    }

    fn of(cx: &RuleContext<'s>, pattern: &'static LogPattern, hits: Vec<&'s LogHits>) -> Self {
        Self { pattern, hits, now: cx.now() }
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
        let found = all.iter().filter(|one| one.count() > 0).filter_map(|one| judge(cx, one));
        Ok(Checked::over(examined, found))
    }

    /// Only the logs with at least that many matches for each hour between their first match and
    /// their last: rare matches add up in a log of several weeks.
    #[must_use]
    pub fn at_least_hourly(&self, per_hour: u64) -> Self {
        let is_frequent = |hits: &&&LogHits| {
            let seconds = self.duration(hits).map_or(0, Span::seconds);
            let hours = u64::try_from(seconds).unwrap_or(0).div_ceil(3600).max(1);
            hits.count >= per_hour.saturating_mul(hours)
        };
        let hits = self.hits.iter().filter(is_frequent).copied().collect();
        Self { hits, ..self.clone() }
    }

    /// Whether a log has at least that many matches for each hour between its first and its last.
    pub fn is_at_least_hourly(&self, per_hour: u64) -> bool {
        !self.at_least_hourly(per_hour).hits.is_empty()
    }

    /// The matches by what their logs are about.
    pub fn group_by(&self, key: impl Fn(&LogHits) -> String) -> BTreeMap<String, Self> {
        let mut groups: BTreeMap<String, Self> = BTreeMap::new();
        for hits in &self.hits {
            let none = || Self { hits: Vec::new(), ..self.clone() };
            groups.entry(key(hits)).or_insert_with(none).hits.push(hits);
        }
        groups
    }

    /// How long it is from the first match of a log to the last, if both times are known.
    pub fn duration(&self, hits: &LogHits) -> Option<Span> {
        let first = written_at(self.now, hits, &hits.first)?;
        Some(Span::between(first, written_at(self.now, hits, &hits.last)?))
    }

    /// How many lines matched.
    pub fn count(&self) -> u64 {
        self.hits.iter().map(|hits| hits.count).sum()
    }

    /// When the first of them was written.
    pub fn since(&self) -> Option<Time> {
        self.hits.iter().filter_map(|hits| written_at(self.now, hits, &hits.first)).min()
    }

    /// When the last of them was written.
    pub fn last(&self) -> Option<Time> {
        self.hits.iter().filter_map(|hits| written_at(self.now, hits, &hits.last)).max()
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

    /// A finding about `subject`, based on the last line of each log; None without one.
    pub fn finding(&self, subject: Subject, summary: impl Into<String>) -> Option<Finding> {
        let finding = Finding::based_on(subject, summary, self.evidence())?.since(self.since());
        Some(match self.last() {
            Some(_) => finding,
            None => finding.likely("the lines of the log have no time, so they may be old"),
        })
    }

    /// The pods that wrote the lines, each with its node if known; for a node service, the nodes.
    /// Needs pods.
    pub fn writers(&self, cx: &RuleContext<'_>) -> Vec<String> {
        self.places(|hits| match node_of(cx, hits) {
            Some(node) if hits.namespace.is_empty() => format!("node {node}"),
            Some(node) => format!("pod {} on node {node}", hits.pod),
            None => format!("pod {}", hits.pod),
        })
    }

    /// The nodes on which the lines were written; of a pod whose node is not known, the pod. Needs
    /// pods.
    pub fn nodes(&self, cx: &RuleContext<'_>) -> Vec<String> {
        self.places(|hits| match node_of(cx, hits) {
            Some(node) => format!("node {node}"),
            None => format!("pod {}/{}", hits.namespace, hits.pod),
        })
    }

    /// The nodes of the pods that wrote the lines, as far as they are known. Needs pods.
    pub fn node_names(&self, cx: &RuleContext<'_>) -> Vec<String> {
        let node = |hits: &&LogHits| cx.find::<Pod<'_>>(&hits.namespace, &hits.pod)?.node();
        let nodes: BTreeSet<_> = self.hits.iter().filter_map(node).map(Cow::into_owned).collect();
        nodes.into_iter().collect()
    }

    fn places(&self, place: impl Fn(&LogHits) -> String) -> Vec<String> {
        let places: BTreeSet<_> = self.hits.iter().map(|hits| place(hits)).collect();
        places.into_iter().collect()
    }

    /// How many logs were searched for the pattern.
    pub fn examined(&self, cx: &RuleContext<'_>) -> usize {
        cx.snapshot().logs_scanned(self.pattern)
    }
}

/// The node of the pod or node service that wrote a log, if known.
fn node_of<'s>(cx: &RuleContext<'s>, hits: &'s LogHits) -> Option<Cow<'s, str>> {
    match &*hits.namespace {
        "" => Some(Cow::Borrowed(&*hits.pod)),
        namespace => cx.find::<Pod<'s>>(namespace, &hits.pod)?.node(),
    }
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

/// When a line of a log was written, if known: by the collector's time, that of a journal or klog
/// header, or the field `ts` of etcd's JSON. `now` is the gather time, which has the year that
/// headers lack.
pub fn written_at(now: Option<Time>, hits: &LogHits, line: &LogLine) -> Option<Time> {
    let of_header = || match &*hits.namespace {
        "" => time::journal_head(&line.text, now?),
        _ => time::klog_head(&line.text, now?),
    };
    let of_json = || {
        let (_, rest) = line.text.split_once("\"ts\":\"")?;
        time::rfc3339(rest.split_once('"')?.0)
    };
    line.time.or_else(of_header).or_else(of_json)
}
