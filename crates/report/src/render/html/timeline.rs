//! The timeline of the page, up to the gather time, on one axis: lanes of events, below them a bar for
//! each finding, and a table of both.

use std::cmp::Reverse;

use askama::Template;
use askama::filters::HtmlSafe;
use mustknow_rules::Severity;
use mustknow_timeline::Source;

use super::anchor::anchor;
use super::axis::{Axis, RIGHT};
use super::lanes::{self, Lane, shorten};
use crate::model::{EventRow, Report, ReportFinding, UpdateKind};

/// How many findings are drawn; leading ones come first.
const LINES: usize = 14;
/// How many events the table lists; the most severe come first, and of those the latest.
const LISTED: usize = 150;
/// How many events of severity `info` it lists, if there are no others.
const INFO: usize = 30;
/// How many characters of an event the table shows.
const SHOWN: usize = 240;
const TOP: u32 = 34;
const ROW: u32 = 26;
/// The shortest bar that has room for its age.
const ROOM: f64 = 90.0;
/// How many characters of a label fit.
const FITS: usize = 42;

/// The drawing and the table.
#[derive(Template)]
#[template(path = "timeline.html")]
pub(super) struct TimelinePart<'r> {
    id: String,
    gathered: &'r str,
    height: u32,
    ticks: Vec<(String, &'static str)>,
    lanes: Vec<Lane>,
    rows: Vec<TimelineBar<'r>>,
    /// How many findings are not drawn.
    left_out: usize,
    /// How many events are not drawn because their times are impossible.
    impossible: usize,
    /// How many events were not kept because they are milder.
    milder: usize,
    table: Vec<TimelineTableRow<'r>>,
    /// How many events the table does not list.
    unlisted: usize,
}

// Its template escapes what it is given.
impl HtmlSafe for TimelinePart<'_> {}

/// A finding, or the update in progress.
struct TimelineBar<'r> {
    seconds: f64,
    x: String,
    /// The position of the age in the bar, if it has room.
    inside: Option<String>,
    length: String,
    y: u32,
    /// None for the update.
    severity: Option<Severity>,
    label: String,
    what: String,
    since: &'r str,
    age: &'r str,
    link: Option<String>,
}

/// A row of the table.
struct TimelineTableRow<'r> {
    at: &'r str,
    until: &'r str,
    severity: Severity,
    source: Source,
    what: String,
    link: Option<String>,
}

/// The timeline of a report; None without any time.
pub(super) fn draw(n: usize, report: &Report) -> Option<TimelinePart<'_>> {
    let gathered = report.cluster.gathered_at.as_deref()?;
    let mut axis = Axis::ending(gathered)?;
    let chart = report.timeline.as_ref();
    let events = chart.map(|chart| chart.events.as_slice()).unwrap_or_default();
    let (leading, others): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.leads());
    let mut rows: Vec<_> = update(report, axis)
        .into_iter()
        .chain(leading.into_iter().chain(others).filter_map(|it| of_finding(n, it, axis)))
        .collect();
    let (table, unlisted) = table(events, &rows);
    let left_out = rows.len().saturating_sub(LINES);
    rows.truncate(LINES);
    rows.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let all: Vec<_> = events.iter().filter_map(|event| axis.before(&event.at)).collect();
    let impossible = events.len() - all.len();
    if rows.is_empty() && all.is_empty() {
        return None;
    }
    axis = rows.iter().map(|row| row.seconds).chain(all).fold(axis, Axis::with);
    let (lanes, mut y) = lanes::lanes(events, axis, TOP, ROW);
    for row in &mut rows {
        let x = axis.place(row.seconds);
        row.x = format!("{x:.1}");
        row.inside = (RIGHT - x > ROOM).then(|| format!("{:.1}", x + 10.0));
        row.length = format!("{:.1}", RIGHT - x);
        row.y = y;
        y += ROW;
    }
    Some(TimelinePart {
        id: format!("r{n}-time"),
        gathered,
        height: y + 8,
        ticks: axis.ticks(),
        lanes,
        rows,
        left_out,
        impossible,
        milder: chart.map_or(0, |chart| chart.left_out),
        table,
        unlisted,
    })
}

fn update(report: &Report, axis: Axis) -> Option<TimelineBar<'_>> {
    let update = report.cluster.update.as_ref()?;
    let since = update.since.as_deref()?;
    let (verb, noun) = match update.state {
        UpdateKind::Installing => ("installation of", "installation"),
        UpdateKind::Updating => ("update to", "update"),
    };
    let done = update.done.map(|done| format!(", {done} %")).unwrap_or_default();
    let what = format!("{verb} {}{done}", update.to);
    Some(TimelineBar {
        seconds: axis.before(since)?,
        x: String::new(),
        inside: None,
        length: String::new(),
        y: 0,
        severity: None,
        label: format!("{noun}{done}"),
        what,
        since,
        age: update.age.as_deref().unwrap_or_default(),
        link: None,
    })
}

fn of_finding(n: usize, finding: &ReportFinding, axis: Axis) -> Option<TimelineBar<'_>> {
    let since = finding.since.as_deref()?;
    Some(TimelineBar {
        seconds: axis.before(since)?,
        x: String::new(),
        inside: None,
        length: String::new(),
        y: 0,
        severity: Some(finding.severity),
        label: short(&finding.subject.to_string()),
        what: finding.summary.to_string(),
        since,
        age: finding.age.as_deref().unwrap_or_default(),
        link: Some(anchor(n, finding.id)),
    })
}

/// The rows of the table, in order of time, and the number of events it does not list.
fn table<'r>(
    events: &'r [EventRow],
    rows: &[TimelineBar<'r>],
) -> (Vec<TimelineTableRow<'r>>, usize) {
    let mut listed: Vec<_> = events.iter().collect();
    listed.sort_by_cached_key(|event| Reverse((importance(event), event.at.clone())));
    let is_important = |event: &&&EventRow| importance(event) > Importance::Other(Severity::Info);
    let most = listed.iter().filter(is_important).count().clamp(INFO, LISTED);
    let unlisted = listed.len().saturating_sub(most);
    listed.truncate(most);
    let lines = listed.into_iter().map(|event| TimelineTableRow {
        at: &event.at,
        until: event.until.as_deref().unwrap_or_default(),
        severity: event.severity,
        source: event.source,
        what: format!("{}: {}", event.subject, shorten(&event.words, SHOWN)),
        link: None,
    });
    let rows = rows.iter().map(|row| TimelineTableRow {
        at: row.since,
        until: "",
        severity: row.severity.unwrap_or(Severity::Info),
        source: if row.severity.is_some() { Source::Finding } else { Source::Update },
        what: row.what.clone(),
        link: row.link.clone(),
    });
    let mut table: Vec<_> = lines.chain(rows).collect();
    table.sort_by(|a, b| a.at.cmp(b.at));
    (table, unlisted)
}

/// The order in which the table lists events.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Importance {
    Other(Severity),
    Update,
}

fn importance(event: &EventRow) -> Importance {
    match event.source {
        Source::Update => Importance::Update,
        _ => Importance::Other(event.severity),
    }
}

/// The end of a label, as long as there is room for.
fn short(text: &str) -> String {
    let length = text.chars().count();
    if length <= FITS {
        return text.to_owned();
    }
    let end: String = text.chars().skip(length - FITS + 1).collect();
    format!("\u{2026}{end}")
}
