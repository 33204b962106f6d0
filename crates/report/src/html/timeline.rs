//! What began when, up to the hour the cluster was looked at, on one axis.
//!
//! The axis counts back from the gather time and is logarithmic: what began a minute before and what
//! began a year before both have their place.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;

use super::part::anchor;
use crate::report::{Finding, Report};

/// How many lines are drawn; findings that lead come first.
const LINES: usize = 14;
const LEFT: f64 = 296.0;
const RIGHT: f64 = 884.0;
const TOP: u32 = 34;
const ROW: u32 = 26;
/// Up to so many seconds before the gather time the axis is nearly even.
const NEAR: f64 = 600.0;
/// The shortest bar that has room for its age.
const ROOM: f64 = 90.0;
/// What the words at the end of the axis take.
const END: f64 = 92.0;
/// How many characters of a label fit.
const FITS: usize = 42;
/// Points on the axis, in seconds before the gather time.
const TICKS: [(f64, &str); 8] = [
    (600.0, "10 min"),
    (3_600.0, "1 h"),
    (21_600.0, "6 h"),
    (86_400.0, "1 d"),
    (604_800.0, "1 w"),
    (2_592_000.0, "30 d"),
    (31_557_600.0, "1 y"),
    (315_576_000.0, "10 y"),
];

/// The drawing, and the same as words.
#[derive(Template)]
#[template(path = "timeline.html")]
pub(super) struct Timeline<'r> {
    id: String,
    gathered: &'r str,
    height: u32,
    ticks: Vec<(String, &'static str)>,
    rows: Vec<Row<'r>>,
    left_out: usize,
}

// Its template escapes what it is given.
impl HtmlSafe for Timeline<'_> {}

struct Row<'r> {
    seconds: f64,
    x: String,
    /// Where the age stands in the bar, if it has room.
    inside: Option<String>,
    length: String,
    y: u32,
    class: &'static str,
    label: String,
    what: String,
    since: &'r str,
    age: &'r str,
    link: Option<String>,
}

/// The timeline of a report; None where nothing in it has a time.
pub(super) fn draw(n: usize, report: &Report) -> Option<Timeline<'_>> {
    let gathered = report.cluster.gathered_at.as_deref()?;
    let end: Timestamp = gathered.parse().ok()?;
    let age = |since: &str| -> Option<f64> {
        let since: Timestamp = since.parse().ok()?;
        Some(end.duration_since(since).as_secs_f64().max(0.0))
    };
    let (leading, others): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.leads());
    let mut rows: Vec<_> = update(report, &age)
        .into_iter()
        .chain(leading.into_iter().chain(others).filter_map(|finding| of_finding(n, finding, &age)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let left_out = rows.len().saturating_sub(LINES);
    rows.truncate(LINES);
    rows.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let longest = rows.first().map_or(NEAR, |row| row.seconds.max(NEAR));
    let mut y = TOP;
    for row in &mut rows {
        let x = place(row.seconds, longest);
        row.x = format!("{x:.1}");
        row.inside = (RIGHT - x > ROOM).then(|| format!("{:.1}", x + 10.0));
        row.length = format!("{:.1}", RIGHT - x);
        row.y = y;
        y += ROW;
    }
    let ticks = TICKS.iter().filter(|(seconds, _)| *seconds <= longest);
    let ticks = ticks
        .map(|(seconds, words)| (place(*seconds, longest), *words))
        .filter(|(x, _)| *x < RIGHT - END)
        .map(|(x, words)| (format!("{x:.1}"), words));
    let id = format!("r{n}-time");
    Some(Timeline { id, gathered, height: y + 8, ticks: ticks.collect(), rows, left_out })
}

/// Where so many seconds before the gather time are drawn.
fn place(seconds: f64, longest: f64) -> f64 {
    let share = (seconds / NEAR).ln_1p() / (longest / NEAR).ln_1p();
    (RIGHT - LEFT).mul_add(-share, RIGHT)
}

fn update<'r>(report: &'r Report, age: &dyn Fn(&str) -> Option<f64>) -> Option<Row<'r>> {
    let update = report.cluster.update.as_ref()?;
    let since = update.since.as_deref()?;
    let (verb, noun) = match update.state {
        "installing" => ("installation of", "installation"),
        _ => ("update to", "update"),
    };
    let done = update.done.map(|done| format!(", {done} %")).unwrap_or_default();
    let what = format!("{verb} {}{done}", update.to);
    Some(Row {
        seconds: age(since)?,
        x: String::new(),
        inside: None,
        length: String::new(),
        y: 0,
        class: "update",
        label: format!("{noun}{done}"),
        what,
        since,
        age: update.age.as_deref().unwrap_or_default(),
        link: None,
    })
}

fn of_finding<'r>(
    n: usize,
    finding: &'r Finding,
    age: &dyn Fn(&str) -> Option<f64>,
) -> Option<Row<'r>> {
    let since = finding.since.as_deref()?;
    Some(Row {
        seconds: age(since)?,
        x: String::new(),
        inside: None,
        length: String::new(),
        y: 0,
        class: finding.severity,
        label: short(&finding.subject.to_string()),
        what: finding.summary.to_string(),
        since,
        age: finding.age.as_deref().unwrap_or_default(),
        link: Some(anchor(n, finding.id)),
    })
}

/// As much of a label as there is room for.
fn short(words: &str) -> String {
    let length = words.chars().count();
    if length <= FITS {
        return words.to_owned();
    }
    let end: String = words.chars().skip(length - FITS + 1).collect();
    format!("\u{2026}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_the_gather_time_and_begins_with_the_oldest() {
        let at = |seconds: f64| format!("{:.1}", place(seconds, 86_400.0));
        assert_eq!((&*at(0.0), &*at(86_400.0)), ("884.0", "296.0"));
        assert!(place(3_600.0, 86_400.0) < place(60.0, 86_400.0));
    }
}
