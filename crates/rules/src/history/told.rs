//! Every moment that the archive tells, in one order, and what could not be looked at.

use mustknow_gather::kinds::{self, CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, SECRET};
use mustknow_gather::layout::Special;
use mustknow_gather::{Snapshot, Wanted};

use super::{
    Filter, LeftOut, Moment, alerts, certificates, conditions, events, findings, gaps, logs, nodes,
    objects, outages, pods, revisions, updates,
};
use crate::engine::{self, Judgement};
use crate::rule::Rule;
use crate::verdict::Gap;

/// How many moments are kept; of more than those, the newest.
const LIMIT: usize = 300_000;

/// How much of the archive was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What rules judge by: events only when they happened last and only those that may matter.
    Scan,
    /// What [`wanted`] asks for.
    Whole,
}

/// What happened, as far as the archive tells.
#[derive(Debug, Default)]
pub struct History {
    /// The moments in their order.
    pub moments: Vec<Moment>,
    /// What could not be looked at.
    pub gaps: Vec<Gap>,
    /// How many moments are not wanted.
    pub left_out: LeftOut,
}

/// What a source reads.
#[derive(Clone, Copy)]
pub(super) struct Case<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) judgement: &'s Judgement,
    pub(super) depth: Depth,
}

/// The moments so far.
pub(super) struct Moments<'f> {
    filter: &'f Filter,
    limit: usize,
    all: Vec<Moment>,
    left_out: LeftOut,
}

impl<'f> Moments<'f> {
    fn within(limit: usize, filter: &'f Filter) -> Self {
        Self { filter, limit, all: Vec::new(), left_out: LeftOut::default() }
    }

    pub(super) fn add(&mut self, moment: Moment) {
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
    fn finish(mut self) -> (Vec<Moment>, LeftOut) {
        self.tidy();
        self.all.dedup_by(|a, b| a.rank().cmp(&b.rank()).is_eq());
        (self.all, self.left_out)
    }
}

/// What is to be read for a whole history, beside what `rules` want.
pub fn wanted(rules: &[Rule]) -> Wanted {
    let mut wanted = engine::wanted(rules);
    wanted.kinds.extend(kinds::ALL);
    wanted.certificates.extend([&SECRET, &CONFIG_MAP, &CERTIFICATE_SIGNING_REQUEST]);
    wanted.specials.insert(Special::Alerts);
    wanted.history = true;
    wanted
}

/// The history of one cluster: of all it tells what `filter` wants. What `rules` found in it is in
/// `judgement`.
pub fn of(snapshot: &Snapshot, judgement: &Judgement, depth: Depth, filter: &Filter) -> History {
    let case = Case { snapshot, judgement, depth };
    let mut moments = Moments::within(LIMIT, filter);
    for tell in [
        updates::tell,
        conditions::tell,
        nodes::tell,
        pods::tell,
        events::tell,
        revisions::tell,
        certificates::tell,
        objects::tell,
        outages::tell,
        alerts::tell,
        logs::tell,
        findings::tell,
    ] {
        tell(case, &mut moments);
    }
    let (moments, left_out) = moments.finish();
    History { moments, gaps: gaps::of(case), left_out }
}

#[cfg(test)]
mod tests {
    use mustknow_gather::time::Time;

    use super::super::Source;
    use super::*;
    use crate::evidence::{Place, Subject};
    use crate::meta::Severity;

    fn moment(second: i64) -> Moment {
        let place =
            Place::Line { path: "x".to_owned(), number: 1, text: String::new(), mark: 0..0 };
        let (at, subject) = (Time::from_second(second).unwrap(), Subject::cluster("Node", "a"));
        Moment::new(at, Source::Node, Severity::Info, subject, "it went", place)
    }

    #[test]
    fn of_more_than_are_kept_the_oldest_go_and_are_counted() {
        let filter = Filter::default();
        let mut moments = Moments::within(10, &filter);
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
        let mut moments = Moments::within(10, &filter);
        moments.add(moment(1));
        moments.add(moment(2));
        moments.add(moment(1));
        assert_eq!(moments.finish().0.len(), 2);
    }
}
