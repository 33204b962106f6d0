//! What happened when, up to the hour the cluster was looked at, on one axis: lanes of moments, below
//! them since when each finding holds, and the same as a table.

use std::cmp::Reverse;

use askama::Template;
use askama::filters::HtmlSafe;

use super::SEVERITIES;
use super::axis::{Axis, RIGHT};
use super::lanes::{self, Lane, told};
use super::part::anchor;
use crate::report::{Finding, Report};
use crate::timeline::EventRow;

/// How many findings are drawn; those that lead come first.
const LINES: usize = 14;
/// How many moments the table lists; the worst come first, and of those the latest.
const LISTED: usize = 150;
/// How many it lists of what is no more than information, if there is nothing worse.
const INFO: usize = 30;
/// How many characters of what happened the table tells.
const TOLD: usize = 240;
const TOP: u32 = 34;
const ROW: u32 = 26;
/// The shortest bar that has room for its age.
const ROOM: f64 = 90.0;
/// How many characters of a label fit.
const FITS: usize = 42;

/// The drawing, and the same as words.
#[derive(Template)]
#[template(path = "timeline.html")]
pub(super) struct TimelineReport<'r> {
    id: String,
    gathered: &'r str,
    height: u32,
    ticks: Vec<(String, &'static str)>,
    lanes: Vec<Lane>,
    rows: Vec<Row<'r>>,
    /// How many findings are not drawn.
    left_out: usize,
    /// How many moments are not drawn, since their times cannot be.
    impossible: usize,
    /// How many were milder than those that were kept.
    milder: usize,
    table: Vec<Line<'r>>,
    /// How many moments the table does not list.
    unlisted: usize,
}

// Its template escapes what it is given.
impl HtmlSafe for TimelineReport<'_> {}

/// A finding, or what goes on.
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

/// A line of the table.
struct Line<'r> {
    at: &'r str,
    until: &'r str,
    severity: &'static str,
    source: &'static str,
    what: String,
    link: Option<String>,
}

/// The timeline of a report; None where nothing in it has a time.
pub(super) fn draw(n: usize, report: &Report) -> Option<TimelineReport<'_>> {
    let gathered = report.cluster.gathered_at.as_deref()?;
    let mut axis = Axis::ending(gathered)?;
    let moments = &report.history.moments;
    let (leading, others): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.leads());
    let mut rows: Vec<_> = update(report, axis)
        .into_iter()
        .chain(leading.into_iter().chain(others).filter_map(|it| of_finding(n, it, axis)))
        .collect();
    let (table, unlisted) = table(moments, &rows);
    let left_out = rows.len().saturating_sub(LINES);
    rows.truncate(LINES);
    rows.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let all: Vec<_> = moments.iter().filter_map(|moment| axis.before(&moment.at)).collect();
    let impossible = moments.len() - all.len();
    if rows.is_empty() && all.is_empty() {
        return None;
    }
    axis = rows.iter().map(|row| row.seconds).chain(all).fold(axis, Axis::with);
    let (lanes, mut y) = lanes::lanes(moments, axis, TOP, ROW);
    for row in &mut rows {
        let x = axis.place(row.seconds);
        row.x = format!("{x:.1}");
        row.inside = (RIGHT - x > ROOM).then(|| format!("{:.1}", x + 10.0));
        row.length = format!("{:.1}", RIGHT - x);
        row.y = y;
        y += ROW;
    }
    Some(TimelineReport {
        id: format!("r{n}-time"),
        gathered,
        height: y + 8,
        ticks: axis.ticks(),
        lanes,
        rows,
        left_out,
        impossible,
        milder: report.history.left_out,
        table,
        unlisted,
    })
}

fn update(report: &Report, axis: Axis) -> Option<Row<'_>> {
    let update = report.cluster.update.as_ref()?;
    let since = update.since.as_deref()?;
    let (verb, noun) = match update.state {
        "installing" => ("installation of", "installation"),
        _ => ("update to", "update"),
    };
    let done = update.done.map(|done| format!(", {done} %")).unwrap_or_default();
    let what = format!("{verb} {}{done}", update.to);
    Some(Row {
        seconds: axis.before(since)?,
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

fn of_finding(n: usize, finding: &Finding, axis: Axis) -> Option<Row<'_>> {
    let since = finding.since.as_deref()?;
    Some(Row {
        seconds: axis.before(since)?,
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

/// What the table lists, in the order of time, and how much it does not.
fn table<'r>(moments: &'r [EventRow], rows: &[Row<'r>]) -> (Vec<Line<'r>>, usize) {
    let rank = |moment: &EventRow| {
        let severity = SEVERITIES.iter().position(|it| *it == moment.severity);
        // An update is worth its line, however well it went.
        (severity.filter(|_| moment.source != "update"), Reverse(moment.at.clone()))
    };
    let mut listed: Vec<_> = moments.iter().collect();
    listed.sort_by_cached_key(|moment| rank(moment));
    let is_worth_it = |moment: &&&EventRow| moment.severity != "info" || moment.source == "update";
    let most = listed.iter().filter(is_worth_it).count().clamp(INFO, LISTED);
    let unlisted = listed.len().saturating_sub(most);
    listed.truncate(most);
    let lines = listed.into_iter().map(|moment| Line {
        at: &moment.at,
        until: moment.until.as_deref().unwrap_or_default(),
        severity: moment.severity,
        source: moment.source,
        what: format!("{}: {}", moment.subject, told(&moment.words, TOLD)),
        link: None,
    });
    let rows = rows.iter().map(|row| Line {
        at: row.since,
        until: "",
        severity: if row.link.is_some() { row.class } else { "info" },
        source: if row.link.is_some() { "finding" } else { "update" },
        what: row.what.clone(),
        link: row.link.clone(),
    });
    let mut table: Vec<_> = lines.chain(rows).collect();
    table.sort_by(|a, b| a.at.cmp(b.at));
    (table, unlisted)
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
