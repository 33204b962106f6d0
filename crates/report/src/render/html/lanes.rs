//! The lanes of the timeline: events of similar sources on one line of the axis.
//!
//! Events close to each other share a mark with the highest of their severities, so that a lane of ten
//! thousand events is as small as one of a hundred.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use mustknow_rules::Severity;
use mustknow_timeline::Source;

use super::axis::{Axis, LEFT, RIGHT};
use crate::model::EventRow;

/// The width of a mark, and the least distance of two.
const STEP: f64 = 7.0;
/// How many characters of an event the title of a mark shows.
const SHOWN: usize = 110;
/// The radius of a mark for few events, and for many.
const SMALL: &str = "3.5";
const LARGE: &str = "5";
/// From so many events on a mark is large.
const MANY: usize = 10;

/// One lane.
pub(super) struct Lane {
    pub(super) name: &'static str,
    pub(super) y: u32,
    pub(super) marks: Vec<LaneMark>,
    pub(super) count: usize,
}

/// Some events close to each other.
pub(super) struct LaneMark {
    pub(super) x: String,
    pub(super) radius: &'static str,
    /// Its length, for events that lasted.
    pub(super) length: Option<String>,
    pub(super) severity: Severity,
    pub(super) title: String,
}

/// Whether an event belongs to a lane.
type Holds = fn(&EventRow) -> bool;

/// The lanes, and which events belong to each.
const LANES: [(&str, Holds); 8] = [
    ("updates", |event| event.source == Source::Update),
    ("operators", is_operator_condition),
    ("other objects", |event| {
        matches!(event.source, Source::Condition | Source::Object | Source::Outage)
            && !is_operator_condition(event)
    }),
    ("nodes", |event| event.source == Source::Node),
    ("pods and events", |event| matches!(event.source, Source::Pod | Source::Event)),
    ("revisions and certificates", |event| {
        matches!(event.source, Source::Revision | Source::Certificate)
    }),
    ("alerts", |event| event.source == Source::Alert),
    ("logs", |event| event.source == Source::Log),
];

fn is_operator_condition(event: &EventRow) -> bool {
    event.source == Source::Condition
        && matches!(&*event.subject.kind, "ClusterOperator" | "ClusterVersion")
}

/// The lanes with events, from `top` down, and the position of the next row.
pub(super) fn lanes(events: &[EventRow], axis: Axis, mut top: u32, row: u32) -> (Vec<Lane>, u32) {
    let mut lanes = Vec::new();
    for (name, is_its) in LANES {
        let theirs: Vec<_> = events
            .iter()
            .filter(|event| is_its(event))
            .filter_map(|event| Some((axis.before(&event.at)?, event)))
            .collect();
        if !theirs.is_empty() {
            lanes.push(Lane { name, y: top, marks: marks(&theirs, axis), count: theirs.len() });
            top += row;
        }
    }
    (lanes, top)
}

/// A mark for the events of each step, the mildest first: the most severe is drawn on top.
fn marks(events: &[(f64, &EventRow)], axis: Axis) -> Vec<LaneMark> {
    let mut steps: BTreeMap<usize, Vec<(f64, &EventRow)>> = BTreeMap::new();
    for (seconds, event) in events {
        let x = axis.place(*seconds).clamp(LEFT, RIGHT);
        steps.entry(step(x)).or_default().push((x, event));
    }
    let mut marks: Vec<_> = steps.into_values().filter_map(|step| mark(&step, axis)).collect();
    marks.sort_by_key(|mark| mark.severity);
    marks
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is within the drawing"
)]
fn step(x: f64) -> usize {
    ((x - LEFT) / STEP) as usize
}

/// One mark.
fn mark(events: &[(f64, &EventRow)], axis: Axis) -> Option<LaneMark> {
    let (x, worst) = events.iter().min_by_key(|(_, event)| Reverse(event.severity))?;
    let ends = events.iter().filter_map(|(_, event)| axis.before(event.until.as_deref()?));
    let end = ends.map(|seconds| axis.place(seconds)).reduce(f64::max);
    let length = end.map(|end| end - x).filter(|length| *length > STEP);
    let more = match events.len() - 1 {
        0 => String::new(),
        more => format!("; and {more} more close to it"),
    };
    let title = format!("{} {}: {}{more}", worst.at, worst.subject, shorten(&worst.words, SHOWN));
    Some(LaneMark {
        x: format!("{x:.1}"),
        radius: if events.len() < MANY { SMALL } else { LARGE },
        length: length.map(|length| format!("{length:.1}")),
        severity: worst.severity,
        title,
    })
}

/// The beginning of a text on one line, with a mark where it is cut.
pub(super) fn shorten(text: &str, most: usize) -> String {
    let line: Vec<_> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(most) {
        Some((at, _)) => [line.get(..at).unwrap_or_default(), "\u{2026}"].concat(),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ReportSubject;
    use crate::redact::SafeText;

    fn event(at: &str, until: Option<&str>, severity: Severity) -> EventRow {
        EventRow {
            at: at.to_owned(),
            until: until.map(str::to_owned),
            count: 1,
            source: Source::Log,
            severity,
            subject: ReportSubject {
                kind: SafeText::name("Pod"),
                namespace: SafeText::name("x"),
                name: SafeText::name("y"),
            },
            words: SafeText::text("a message"),
            file: SafeText::name("x.log"),
            line: 1,
        }
    }

    fn drawn(events: &[EventRow]) -> (Vec<Lane>, u32) {
        let axis = Axis::ending("2024-10-28T10:00:00Z").unwrap().with(86_400.0);
        lanes(events, axis, 30, 20)
    }

    #[test]
    fn a_lane_has_few_marks_and_shows_the_most_severe_event_of_each_step() {
        let at = |n: usize| format!("2024-10-28T0{}:{:02}:{:02}Z", n / 3600, n / 60 % 60, n % 60);
        let mut many: Vec<_> = (0..20_000).map(|n| event(&at(n), None, Severity::Info)).collect();
        many.push(event("2024-10-28T00:00:07Z", None, Severity::Critical));
        let (lanes, bottom) = drawn(&many);
        let [lane] = &lanes[..] else { panic!() };
        assert!((lane.name, lane.count, bottom) == ("logs", 20_001, 50) && lane.marks.len() < 90);
        assert_eq!(lane.marks.iter().filter(|mark| mark.severity == Severity::Critical).count(), 1);
        assert_eq!(lane.marks.last().unwrap().severity, Severity::Critical);
    }

    #[test]
    fn a_burst_is_as_long_as_it_lasted() {
        let (lanes, _) =
            drawn(&[event("2024-10-28T01:00:00Z", Some("2024-10-28T09:00:00Z"), Severity::Info)]);
        let length: f64 = lanes[0].marks[0].length.as_ref().unwrap().parse().unwrap();
        assert!(length > 50.0, "{length}");
        let (none, bottom) = drawn(&[event("9999-01-01T00:00:00Z", None, Severity::Info)]);
        assert!((none.len(), bottom) == (0, 30));
    }

    #[test]
    fn a_cut_is_marked() {
        assert_eq!((&*shorten("a\n b", 9), &*shorten("abc", 2)), ("a b", "ab\u{2026}"));
    }
}
