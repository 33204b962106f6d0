//! The lanes of the timeline: moments of like sources beside each other on the axis.
//!
//! What is near each other is one mark, as bad as the worst of it, so that a lane of ten thousand moments
//! is no larger than one of a hundred.

use std::collections::BTreeMap;

use super::SEVERITIES;
use super::axis::{Axis, LEFT, RIGHT};
use crate::timeline::EventRow;

/// How wide a mark is, and what is told apart.
const STEP: f64 = 7.0;
/// How many characters of what happened a mark tells.
const TOLD: usize = 110;
/// What a mark needs beside one moment, and beside many.
const SMALL: &str = "3.5";
const LARGE: &str = "5";
/// From so many moments on a mark is large.
const MANY: usize = 10;

/// One lane.
pub(super) struct Lane {
    pub(super) name: &'static str,
    pub(super) y: u32,
    pub(super) marks: Vec<Mark>,
    pub(super) count: usize,
}

/// Some moments near each other.
pub(super) struct Mark {
    pub(super) x: String,
    pub(super) radius: &'static str,
    /// How far it reaches, where what it stands for lasted.
    pub(super) length: Option<String>,
    pub(super) class: &'static str,
    pub(super) title: String,
}

/// Whether a moment is a lane's.
type Holds = fn(&EventRow) -> bool;

/// The lanes there are, and which moments are theirs.
const LANES: [(&str, Holds); 8] = [
    ("updates", |moment| moment.source == "update"),
    ("operators", |moment| moment.source == "condition" && is_of_operator(moment)),
    ("other objects", |moment| {
        matches!(moment.source, "condition" | "object" | "outage") && !is_of_operator(moment)
    }),
    ("nodes", |moment| moment.source == "node"),
    ("pods and events", |moment| matches!(moment.source, "pod" | "event")),
    ("revisions and certificates", |moment| matches!(moment.source, "revision" | "certificate")),
    ("alerts", |moment| moment.source == "alert"),
    ("logs", |moment| moment.source == "log"),
];

fn is_of_operator(moment: &EventRow) -> bool {
    matches!(&*moment.subject.kind, "ClusterOperator" | "ClusterVersion")
        && moment.source == "condition"
}

/// The lanes that hold anything, from `top` down, and where the next row stands.
pub(super) fn lanes(moments: &[EventRow], axis: Axis, mut top: u32, row: u32) -> (Vec<Lane>, u32) {
    let mut lanes = Vec::new();
    for (name, is_its) in LANES {
        let theirs: Vec<_> = moments
            .iter()
            .filter(|moment| is_its(moment))
            .filter_map(|moment| Some((axis.before(&moment.at)?, moment)))
            .collect();
        if !theirs.is_empty() {
            lanes.push(Lane { name, y: top, marks: marks(&theirs, axis), count: theirs.len() });
            top += row;
        }
    }
    (lanes, top)
}

/// Those that fall into the same step together, the mildest first: the worst is drawn on top.
fn marks(moments: &[(f64, &EventRow)], axis: Axis) -> Vec<Mark> {
    let mut steps: BTreeMap<usize, Vec<(f64, &EventRow)>> = BTreeMap::new();
    for (seconds, moment) in moments {
        let x = axis.place(*seconds).clamp(LEFT, RIGHT);
        steps.entry(step(x)).or_default().push((x, moment));
    }
    let mut marks: Vec<_> = steps.into_values().filter_map(|step| mark(&step, axis)).collect();
    marks.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    marks.into_iter().map(|(_, mark)| mark).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it lies within the drawing"
)]
fn step(x: f64) -> usize {
    ((x - LEFT) / STEP) as usize
}

/// One mark, and how bad it is: the lower, the worse.
fn mark(moments: &[(f64, &EventRow)], axis: Axis) -> Option<(usize, Mark)> {
    let rank = |moment: &EventRow| SEVERITIES.iter().position(|it| *it == moment.severity);
    let (x, worst) = moments.iter().min_by_key(|(_, moment)| rank(moment))?;
    let ends = moments.iter().filter_map(|(_, moment)| axis.before(moment.until.as_deref()?));
    let end = ends.map(|seconds| axis.place(seconds)).reduce(f64::max);
    let length = end.map(|end| end - x).filter(|length| *length > STEP);
    let more = match moments.len() - 1 {
        0 => String::new(),
        more => format!("; and {more} more near it"),
    };
    let title = format!("{} {}: {}{more}", worst.at, worst.subject, told(&worst.words, TOLD));
    let mark = Mark {
        x: format!("{x:.1}"),
        radius: if moments.len() < MANY { SMALL } else { LARGE },
        length: length.map(|length| format!("{length:.1}")),
        class: worst.severity,
        title,
    };
    Some((rank(worst).unwrap_or(SEVERITIES.len()), mark))
}

/// The beginning of some words on one line, with a mark where the rest is lost.
pub(super) fn told(words: &str, most: usize) -> String {
    let line: Vec<_> = words.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(most) {
        Some((at, _)) => [line.get(..at).unwrap_or_default(), "\u{2026}"].concat(),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Subject;
    use crate::safe::SafeText;

    fn moment(at: &str, until: Option<&str>, severity: &'static str) -> EventRow {
        EventRow {
            at: at.to_owned(),
            until: until.map(str::to_owned),
            count: 1,
            source: "log",
            severity,
            subject: Subject {
                kind: SafeText::name("Pod"),
                namespace: SafeText::name("x"),
                name: SafeText::name("y"),
            },
            words: SafeText::text("what it said"),
            file: SafeText::name("x.log"),
            line: 1,
        }
    }

    fn drawn(moments: &[EventRow]) -> (Vec<Lane>, u32) {
        let axis = Axis::ending("2024-10-28T10:00:00Z").unwrap().with(86_400.0);
        lanes(moments, axis, 30, 20)
    }

    #[test]
    fn a_lane_is_bounded_whatever_it_holds_and_shows_the_worst_of_each_place() {
        let at = |n: usize| format!("2024-10-28T0{}:{:02}:{:02}Z", n / 3600, n / 60 % 60, n % 60);
        let mut many: Vec<_> = (0..20_000).map(|n| moment(&at(n), None, "info")).collect();
        many.push(moment("2024-10-28T00:00:07Z", None, "critical"));
        let (lanes, bottom) = drawn(&many);
        let [lane] = &lanes[..] else { panic!() };
        assert!((lane.name, lane.count, bottom) == ("logs", 20_001, 50) && lane.marks.len() < 90);
        assert_eq!(lane.marks.iter().filter(|mark| mark.class == "critical").count(), 1);
        assert_eq!(lane.marks.last().unwrap().class, "critical");
    }

    #[test]
    fn a_burst_is_as_long_as_it_lasted() {
        let (lanes, _) =
            drawn(&[moment("2024-10-28T01:00:00Z", Some("2024-10-28T09:00:00Z"), "info")]);
        let length: f64 = lanes[0].marks[0].length.as_ref().unwrap().parse().unwrap();
        assert!(length > 50.0, "{length}");
        let (none, bottom) = drawn(&[moment("9999-01-01T00:00:00Z", None, "info")]);
        assert!((none.len(), bottom) == (0, 30));
    }

    #[test]
    fn what_is_not_told_is_marked() {
        assert_eq!((&*told("a\n b", 9), &*told("abc", 2)), ("a b", "ab\u{2026}"));
    }
}
