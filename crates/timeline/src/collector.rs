//! What sources of events read, and where they put the events: filtered, sorted and limited.

use mustknow_cluster::Snapshot;
use mustknow_rules::Judgement;

use super::filter::{Filter, FilteredOut};
use super::timeline_event::TimelineEvent;

/// How much of the archive was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadScope {
    /// Only what rules read. Series of Kubernetes events have only their last time.
    Scan,
    /// Everything in [`interest`](crate::interest).
    Whole,
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
    /// A collector of at most `limit` events.
    pub(super) fn new(limit: usize, filter: &'f Filter) -> Self {
        Self { filter, limit, all: Vec::new(), filtered_out: FilteredOut::default() }
    }

    /// Adds an event, or counts it if the filter leaves it out.
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
    pub(super) fn finish(mut self) -> (Vec<TimelineEvent>, FilteredOut) {
        self.sort_and_trim();
        self.all.dedup_by(|a, b| a.rank().cmp(&b.rank()).is_eq());
        (self.all, self.filtered_out)
    }
}

#[cfg(test)]
mod tests {
    use mustknow_cluster::model::time::Time;

    use mustknow_rules::{Place, Severity, Subject};

    use super::*;
    use crate::timeline_event::Source;

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
