//! Collects the events of all sources, sorts them, and lists what was not collected.

use mustknow_cluster::model::kinds::{self, CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, SECRET};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::{Interest, Snapshot};
use mustknow_rules::engine::run;
use mustknow_rules::{Gap, Judgement, Rule};

use super::{
    Filter, FilteredOut, TimelineEvent, alerts, certificates, conditions, events, findings, gaps,
    logs, nodes, objects, outages, pods, revisions, updates,
};

/// How many events are kept; if there are more, the newest ones.
const LIMIT: usize = 300_000;

/// How much of the archive was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadScope {
    /// Only what rules read. Series of Kubernetes events have only their last time.
    Scan,
    /// Everything in [`interest`].
    Whole,
}

/// The events of one cluster.
#[derive(Debug, Default)]
pub struct Timeline {
    /// The events, sorted by time.
    pub events: Vec<TimelineEvent>,
    /// What was not collected.
    pub gaps: Vec<Gap>,
    /// How many events the filter left out.
    pub filtered_out: FilteredOut,
}

/// What sources read.
#[derive(Clone, Copy)]
pub(super) struct CollectContext<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) judgement: &'s Judgement,
    pub(super) scope: ReadScope,
}

/// Collects events that pass a filter.
pub(super) struct EventCollector<'f> {
    filter: &'f Filter,
    limit: usize,
    all: Vec<TimelineEvent>,
    filtered_out: FilteredOut,
}

impl<'f> EventCollector<'f> {
    fn new(limit: usize, filter: &'f Filter) -> Self {
        Self { filter, limit, all: Vec::new(), filtered_out: FilteredOut::default() }
    }

    pub(super) fn add(&mut self, event: TimelineEvent) {
        if !self.filter.includes(&event, &mut self.filtered_out) {
            return;
        }
        self.all.push(event);
        if self.all.len() > 2 * self.limit {
            self.sort_and_trim();
        }
    }

    /// Sorts the events, and drops the oldest if there are more than the limit.
    fn sort_and_trim(&mut self) {
        self.all.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let oldest = self.all.len().saturating_sub(self.limit);
        self.all.drain(..oldest);
        self.filtered_out.oldest += oldest;
    }

    /// The sorted events, without duplicates.
    fn finish(mut self) -> (Vec<TimelineEvent>, FilteredOut) {
        self.sort_and_trim();
        self.all.dedup_by(|a, b| a.rank().cmp(&b.rank()).is_eq());
        (self.all, self.filtered_out)
    }
}

/// Everything to read for a complete timeline, together with what `rules` read.
pub fn interest(rules: &[Rule]) -> Interest {
    let mut interest = run::interest(rules);
    interest.kinds.extend(kinds::ALL);
    interest.certificates.extend([&SECRET, &CONFIG_MAP, &CERTIFICATE_SIGNING_REQUEST]);
    interest.known_files.insert(KnownFile::Alerts);
    interest.history = true;
    interest
}

/// The timeline of one cluster, with the events that pass `filter`. `judgement` has the findings of the
/// rules.
pub fn of(
    snapshot: &Snapshot,
    judgement: &Judgement,
    scope: ReadScope,
    filter: &Filter,
) -> Timeline {
    let cx = CollectContext { snapshot, judgement, scope };
    let mut collector = EventCollector::new(LIMIT, filter);
    for collect in [
        updates::collect,
        conditions::collect,
        nodes::collect,
        pods::collect,
        events::collect,
        revisions::collect,
        certificates::collect,
        objects::collect,
        outages::collect,
        alerts::collect,
        logs::collect,
        findings::collect,
    ] {
        collect(cx, &mut collector);
    }
    let (events, filtered_out) = collector.finish();
    Timeline { events, gaps: gaps::of(cx), filtered_out }
}

#[cfg(test)]
mod tests {
    use mustknow_cluster::model::time::Time;

    use super::super::Source;
    use super::*;
    use mustknow_rules::{Place, Severity, Subject};

    fn event(second: i64) -> TimelineEvent {
        let place =
            Place::Line { path: "x".to_owned(), number: 1, text: String::new(), mark: 0..0 };
        let (at, subject) = (Time::from_second(second).unwrap(), Subject::cluster("Node", "a"));
        TimelineEvent::new(at, Source::Node, Severity::Info, subject, "x", place)
    }

    #[test]
    fn beyond_the_limit_the_oldest_events_are_dropped_and_counted() {
        let filter = Filter::default();
        let mut collector = EventCollector::new(10, &filter);
        // Not in order of time.
        for n in 0..100 {
            collector.add(event(n * 37 % 100));
        }
        let (kept, filtered_out) = collector.finish();
        let seconds: Vec<_> = kept.iter().map(|event| event.at.as_second()).collect();
        assert_eq!((seconds, filtered_out.oldest), ((90..100).collect(), 90));
    }

    #[test]
    fn duplicates_are_removed() {
        let filter = Filter::default();
        let mut collector = EventCollector::new(10, &filter);
        collector.add(event(1));
        collector.add(event(2));
        collector.add(event(1));
        assert_eq!(collector.finish().0.len(), 2);
    }
}
