//! From a history to its timeline: every foreign word made harmless, every place with its line.

use std::collections::BTreeMap;
use std::sync::Arc;

use mustknow_cluster::model::snapshot::Snapshot;
use mustknow_rules::Place;
use mustknow_rules::engine::evidence::seconds;
use mustknow_timeline::{Filter, Timeline};

use super::model::{EventRow, OmittedEvents, TimelineChart, TimelineGap, TimelineReport};
use crate::build::{cluster, gap_word, subject};
use crate::safe::SafeText;

/// How many moments a page draws.
const DRAWN: usize = 5000;

/// Builds the timeline of the cluster of that number in an input, of which `filter` was asked for.
pub fn build(
    path: &str,
    number: usize,
    snapshot: &Snapshot,
    history: &Timeline,
    filter: &Filter,
) -> TimelineReport {
    let gap = |gap: &mustknow_rules::Gap| TimelineGap {
        gap: gap_word(gap.kind),
        what: SafeText::text(&gap.what),
        ask: gap.commands.iter().map(|ask| SafeText::text(ask)).collect(),
    };
    let mustknow_timeline::FilteredOut { time, namespace, object, source, severity, oldest } =
        history.filtered_out;
    TimelineReport {
        path: SafeText::name(path),
        number,
        roots: snapshot.roots().map(SafeText::name).collect(),
        cluster: cluster(snapshot),
        from: filter.from.map(seconds),
        to: filter.to.map(seconds),
        moments: moments(&history.events),
        gaps: history.gaps.iter().map(gap).collect(),
        left_out: OmittedEvents { time, namespace, object, source, severity, oldest },
    }
}

/// The moments that a page draws of a history: the worst, and of those the latest.
pub fn drawn(history: Timeline) -> TimelineChart {
    let mut all = history.events;
    let least = all.len().saturating_sub(DRAWN);
    if least > 0 {
        // Of those that are as bad as each other the latest.
        let rank = |(at, moment): (usize, &mustknow_timeline::TimelineEvent)| {
            (moment.severity, moment.at, at)
        };
        let mut ranks: Vec<_> = all.iter().enumerate().map(rank).collect();
        let (_, &mut limit, _) = ranks.select_nth_unstable(least);
        let mut at = 0..;
        all.retain(|moment| at.next().is_some_and(|at| rank((at, moment)) >= limit));
    }
    TimelineChart { moments: moments(&all), left_out: least }
}

/// Moments in harmless words, in the same order.
fn moments(moments: &[mustknow_timeline::TimelineEvent]) -> Vec<EventRow> {
    let lines = lines(moments);
    moments
        .iter()
        .zip(lines)
        .map(|(moment, line)| EventRow {
            at: seconds(moment.at),
            until: moment.until.map(seconds),
            count: moment.count,
            source: moment.source.as_str(),
            severity: moment.severity.as_str(),
            subject: subject(&moment.subject),
            words: SafeText::text(&moment.message),
            file: SafeText::name(moment.place.path()),
            line,
        })
        .collect()
}

/// The line of each moment. Those of one document are counted together: there may be many.
fn lines(moments: &[mustknow_timeline::TimelineEvent]) -> Vec<u64> {
    let mut lines = vec![1; moments.len()];
    let mut documents = BTreeMap::new();
    for (at, moment) in moments.iter().enumerate() {
        match &moment.place {
            Place::Line { number, .. } => {
                if let Some(line) = lines.get_mut(at) {
                    *line = *number;
                }
            }
            Place::Document { document, span } => {
                let known = documents.entry(Arc::as_ptr(document).addr());
                let (_, places) = known.or_insert_with(|| (document, Vec::new()));
                places.push((span.start, at));
            }
        }
    }
    for (document, mut places) in documents.into_values() {
        places.sort_unstable();
        let found = document.tree.lines(places.iter().map(|(start, _)| *start));
        for ((_, at), number) in places.into_iter().zip(found) {
            if let Some(line) = lines.get_mut(at) {
                *line = number;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use mustknow_cluster::model::time::Time;
    use mustknow_rules::{Severity, Subject};
    use mustknow_timeline::Source;

    use super::*;

    fn moment(second: i64, severity: Severity) -> mustknow_timeline::TimelineEvent {
        mustknow_timeline::TimelineEvent {
            at: Time::from_second(second).unwrap(),
            until: None,
            count: 1,
            source: Source::Event,
            severity,
            subject: Subject::cluster("Node", "a"),
            message: "x".to_owned(),
            place: Place::Line { path: "x".to_owned(), number: 7, text: String::new(), mark: 0..0 },
        }
    }

    #[test]
    fn a_page_draws_the_worst_however_many_there_are() {
        let mut all = vec![moment(1, Severity::Error)];
        all.extend((0..3 * 5000).map(|n| moment(n / 10_000, Severity::Info)));
        let drawn = drawn(Timeline { events: all, ..Timeline::default() });
        assert_eq!((drawn.moments.len(), drawn.left_out), (DRAWN, 2 * 5000 + 1));
        assert_eq!((drawn.moments[0].severity, drawn.moments[0].line), ("error", 7));
        assert!(drawn.moments.iter().all(|moment| moment.at == "1970-01-01T00:00:01Z"));
    }
}
