//! Builds the timeline of one cluster, safe to show, every place with its line.

use std::collections::BTreeMap;
use std::sync::Arc;

use mustknow_cluster::model::snapshot::Snapshot;
use mustknow_rules::terms::evidence::seconds;
use mustknow_rules::{Gap, Place};
use mustknow_timeline::{Filter, FilteredOut, Timeline, TimelineEvent};

use super::cluster::cluster;
use super::subject::subject;
use crate::model::{EventRow, OmittedEvents, TimelineChart, TimelineGap, TimelineReport};
use crate::redact::SafeText;

/// How many events a page draws.
const DRAWN: usize = 5000;

/// Builds the timeline of the cluster with that number in an input, filtered by `filter`.
pub fn build(
    path: &str,
    number: usize,
    snapshot: &Snapshot,
    timeline: &Timeline,
    filter: &Filter,
) -> TimelineReport {
    let gap = |gap: &Gap| TimelineGap {
        gap: gap.kind,
        what: SafeText::text(&gap.what),
        ask: gap.commands.iter().map(|ask| SafeText::text(ask.as_str())).collect(),
    };
    let FilteredOut { time, namespace, object, source, severity, oldest } = timeline.filtered_out;
    TimelineReport {
        path: SafeText::own_line(path),
        number,
        roots: snapshot.roots().map(SafeText::name).collect(),
        cluster: cluster(snapshot),
        from: filter.from.map(seconds),
        to: filter.to.map(seconds),
        events: rows(&timeline.events),
        gaps: timeline.gaps.iter().map(gap).collect(),
        left_out: OmittedEvents { time, namespace, object, source, severity, oldest },
    }
}

/// The events of a timeline that a page draws: the most severe, and of those the latest.
pub(super) fn chart(timeline: Timeline) -> TimelineChart {
    let mut all = timeline.events;
    let least = all.len().saturating_sub(DRAWN);
    if least > 0 {
        // Of equally severe events the latest.
        let rank = |(at, event): (usize, &TimelineEvent)| (event.severity, event.at, at);
        let mut ranks: Vec<_> = all.iter().enumerate().map(rank).collect();
        let (_, &mut limit, _) = ranks.select_nth_unstable(least);
        let mut at = 0..;
        all.retain(|event| at.next().is_some_and(|at| rank((at, event)) >= limit));
    }
    TimelineChart { events: rows(&all), left_out: least }
}

/// The events, safe to show, in the same order.
fn rows(events: &[TimelineEvent]) -> Vec<EventRow> {
    let lines = lines(events);
    events
        .iter()
        .zip(lines)
        .map(|(event, line)| EventRow {
            at: seconds(event.at),
            until: event.until.map(seconds),
            count: event.count,
            source: event.source,
            severity: event.severity,
            subject: subject(&event.subject),
            words: SafeText::text(&event.message),
            file: SafeText::name(event.place.path()),
            line,
        })
        .collect()
}

/// The line of each event. The lines of one document are counted in one pass: there may be many.
fn lines(events: &[TimelineEvent]) -> Vec<u64> {
    let mut lines = vec![1; events.len()];
    let mut documents = BTreeMap::new();
    for (at, event) in events.iter().enumerate() {
        match &event.place {
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

    fn event(second: i64, severity: Severity) -> TimelineEvent {
        TimelineEvent {
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
    fn a_page_draws_the_most_severe_events() {
        let mut all = vec![event(1, Severity::Error)];
        all.extend((0..3 * 5000).map(|n| event(n / 10_000, Severity::Info)));
        let chart = chart(Timeline { events: all, ..Timeline::default() });
        assert_eq!((chart.events.len(), chart.left_out), (DRAWN, 2 * 5000 + 1));
        assert_eq!((chart.events[0].severity, chart.events[0].line), (Severity::Error, 7));
        assert!(chart.events.iter().all(|event| event.at == "1970-01-01T00:00:01Z"));
    }
}
