//! Every moment that the archive tells, in one order, and what could not be looked at.

use mustknow_cluster::model::kinds::{self, CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, SECRET};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::{Interest, Snapshot};
use mustknow_rules::engine::run;
use mustknow_rules::{Gap, Judgement, Rule};

use super::{
    Filter, FilteredOut, TimelineEvent, alerts, certificates, conditions, events, findings, gaps,
    logs, nodes, objects, outages, pods, revisions, updates,
};

/// How many moments are kept; of more than those, the newest.
const LIMIT: usize = 300_000;

/// How much of the archive was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadScope {
    /// What rules judge by: events only when they happened last and only those that may matter.
    Scan,
    /// What [`interest`] asks for.
    Whole,
}

/// What happened, as far as the archive tells.
#[derive(Debug, Default)]
pub struct Timeline {
    /// The moments in their order.
    pub moments: Vec<TimelineEvent>,
    /// What could not be looked at.
    pub gaps: Vec<Gap>,
    /// How many moments are not wanted.
    pub left_out: FilteredOut,
}

/// What a source reads.
#[derive(Clone, Copy)]
pub(super) struct CollectContext<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) judgement: &'s Judgement,
    pub(super) depth: ReadScope,
}

/// The moments so far.
pub(super) struct EventCollector<'f> {
    filter: &'f Filter,
    limit: usize,
    all: Vec<TimelineEvent>,
    left_out: FilteredOut,
}

impl<'f> EventCollector<'f> {
    fn within(limit: usize, filter: &'f Filter) -> Self {
        Self { filter, limit, all: Vec::new(), left_out: FilteredOut::default() }
    }

    pub(super) fn add(&mut self, moment: TimelineEvent) {
        if !self.filter.wants(&moment, &mut self.left_out) {
            return;
        }
        self.all.push(moment);
        if self.all.len() > 2 * self.limit {
            self.tidy();
        }
    }

    /// Puts them in order, and lets the oldest go of more than are kept.
    fn tidy(&mut self) {
        self.all.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let oldest = self.all.len().saturating_sub(self.limit);
        self.all.drain(..oldest);
        self.left_out.oldest += oldest;
    }

    /// The moments in their order, each once.
    fn finish(mut self) -> (Vec<TimelineEvent>, FilteredOut) {
        self.tidy();
        self.all.dedup_by(|a, b| a.rank().cmp(&b.rank()).is_eq());
        (self.all, self.left_out)
    }
}

/// What is to be read for a whole history, beside what `rules` want.
pub fn interest(rules: &[Rule]) -> Interest {
    let mut interest = run::interest(rules);
    interest.kinds.extend(kinds::ALL);
    interest.certificates.extend([&SECRET, &CONFIG_MAP, &CERTIFICATE_SIGNING_REQUEST]);
    interest.known_files.insert(KnownFile::Alerts);
    interest.history = true;
    interest
}

/// The history of one cluster: of all it tells what `filter` wants. What `rules` found in it is in
/// `judgement`.
pub fn of(
    snapshot: &Snapshot,
    judgement: &Judgement,
    depth: ReadScope,
    filter: &Filter,
) -> Timeline {
    let case = CollectContext { snapshot, judgement, depth };
    let mut moments = EventCollector::within(LIMIT, filter);
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
        collect(case, &mut moments);
    }
    let (moments, left_out) = moments.finish();
    Timeline { moments, gaps: gaps::of(case), left_out }
}

#[cfg(test)]
mod tests {
    use mustknow_cluster::model::time::Time;

    use super::super::Source;
    use super::*;
    use mustknow_rules::{Place, Severity, Subject};

    fn moment(second: i64) -> TimelineEvent {
        let place =
            Place::Line { path: "x".to_owned(), number: 1, text: String::new(), mark: 0..0 };
        let (at, subject) = (Time::from_second(second).unwrap(), Subject::cluster("Node", "a"));
        TimelineEvent::new(at, Source::Node, Severity::Info, subject, "it went", place)
    }

    #[test]
    fn of_more_than_are_kept_the_oldest_go_and_are_counted() {
        let filter = Filter::default();
        let mut moments = EventCollector::within(10, &filter);
        // In an order that is none.
        for n in 0..100 {
            moments.add(moment(n * 37 % 100));
        }
        let (kept, left_out) = moments.finish();
        let seconds: Vec<_> = kept.iter().map(|moment| moment.at.as_second()).collect();
        assert_eq!((seconds, left_out.oldest), ((90..100).collect(), 90));
    }

    #[test]
    fn the_same_told_twice_is_told_once() {
        let filter = Filter::default();
        let mut moments = EventCollector::within(10, &filter);
        moments.add(moment(1));
        moments.add(moment(2));
        moments.add(moment(1));
        assert_eq!(moments.finish().0.len(), 2);
    }
}
