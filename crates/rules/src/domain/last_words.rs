//! The lines of its own log that say why a container is not well.
//!
//! Of a container that has ended, these are the last words of the run that ended; of one that runs
//! and is not ready, those of its current run. A line that was written long before the fault began
//! says nothing about it; a line without a time is not outside of its run.

use std::cmp::Reverse;

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::log_tail::{LogTail, TailLine};
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{Container, Pod, Terminated};
use mustknow_redact::{Weight, weight, without_head};

use crate::terms::evidence::Evidence;
use crate::terms::quoting::{excerpt, pluralize};

/// How long before a fault began a line may have been written that says why.
const BEFORE: Span = Span::minutes(15);
/// How many lines of one log are shown.
const SHOWN: usize = 2;

/// Lines of one log that say why its container is not well, the most telling first; at least one.
pub(crate) struct LastWords<'s> {
    /// The log.
    pub(crate) tail: &'s LogTail,
    lines: Vec<(Weight, &'s TailLine)>,
    /// Whether the run that wrote them has ended.
    pub(crate) has_ended: bool,
}

impl<'s> LastWords<'s> {
    /// Those of a container that is not well, as far as its log was collected and says why. `since`
    /// is when the fault began.
    pub(crate) fn of(
        snapshot: &'s Snapshot,
        pod: Pod<'s>,
        container: Container<'s>,
        since: Option<Time>,
    ) -> Option<Self> {
        // What ends a container from outside is not in its log.
        let ended = container.terminated().or_else(|| container.last_terminated());
        let waits_for_itself =
            container.waiting_reason().is_none_or(|reason| reason == "CrashLoopBackOff");
        if !waits_for_itself || ended.is_some_and(|it| it.reason() == "OOMKilled") {
            return None;
        }
        let runs = container.running_since().is_some();
        let failed = ended.and_then(Terminated::exit_code).is_some_and(|code| code != 0);
        let tails = snapshot.tails_of(pod.namespace(), pod.name()).iter();
        let own = tails.filter(|tail| *tail.container == *container.name());
        let words = own.filter_map(|tail| {
            let has_ended = tail.earlier || !runs;
            let since = since.filter(|_| !has_ended);
            Self::in_tail(tail, has_ended, failed && has_ended, since)
        });
        words.max_by_key(Self::rank)
    }

    /// Those of an operator that reports trouble since that time: its last errors.
    pub(crate) fn of_operator(tail: &'s LogTail, since: Option<Time>) -> Option<Self> {
        Self::in_tail(tail, tail.earlier, false, since)
    }

    fn in_tail(
        tail: &'s LogTail,
        has_ended: bool,
        failed: bool,
        since: Option<Time>,
    ) -> Option<Self> {
        let is_too_old = |line: &TailLine| {
            line.line.time.zip(since).is_some_and(|(at, since)| Span::between(at, since) > BEFORE)
        };
        let weighed = tail.lines.iter().filter(|it| !is_too_old(it));
        let mut lines: Vec<_> = weighed.map(|it| (weight(&it.line.text), it)).collect();
        let says = |it: &(Weight, &TailLine)| {
            it.0 >= Weight::Error || (it.0 == Weight::Plain && it.1.behind == 0)
        };
        lines.retain(says);
        // The last line of a program that failed says why, whatever its words.
        if !failed || lines.iter().any(|it| it.0 >= Weight::Error) {
            lines.retain(|it| it.0 >= Weight::Error);
        }
        lines.sort_by_key(|(weight, it)| Reverse((*weight, it.line.number)));
        lines.truncate(SHOWN);
        (!lines.is_empty()).then_some(Self { tail, lines, has_ended })
    }

    fn rank(&self) -> (bool, bool, Weight, bool) {
        let weight = self.weight();
        (weight >= Weight::Error, self.has_ended, weight, !self.tail.earlier)
    }

    /// How much the most telling line says.
    pub(crate) fn weight(&self) -> Weight {
        self.lines.first().map_or(Weight::Plain, |it| it.0)
    }

    /// The most telling line, as a summary quotes it.
    pub(crate) fn excerpt(&self) -> String {
        let line = self.lines.first().map_or("", |it| it.1.line.text.as_str());
        excerpt(without_head(line))
    }

    /// The lines as evidence.
    pub(crate) fn evidence(&self) -> impl Iterator<Item = Evidence> {
        let log = if self.tail.earlier { "previous log" } else { "log" };
        self.lines.iter().map(move |(_, it)| {
            let note = match it.count {
                0 | 1 => format!("near the end of the {log} of container {}", self.tail.container),
                count => format!(
                    "{} like it near the end of the {log} of container {}",
                    pluralize(usize::try_from(count).unwrap_or(usize::MAX), "line"),
                    self.tail.container
                ),
            };
            Evidence::last_words(self.tail, it, note)
        })
    }
}
