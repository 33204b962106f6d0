//! A timeline for people at a terminal, grouped by day, object, namespace or severity.

use std::collections::BTreeMap;
use std::io::{self, Write};

use mustknow_rules::Severity;

use super::similar::{SimilarEvents, similar};
use crate::model::{EventRow, OmittedEvents, ReportSubject, TimelineReport};
use crate::render::summary::{self, count};
use crate::render::text::{TextPage, TextStyle};

/// How many lines of a message are shown without `-v`.
const LINES: usize = 4;
/// From so many columns on the source has a column of its own.
const WIDE: usize = 100;
/// The width of the longest source.
const SOURCE: usize = 11;
/// The width of the longest severity.
const SEVERITY: usize = 8;

/// What the events are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineGrouping {
    /// The day.
    Day,
    /// The object they are about.
    Object,
    /// The namespace of that object.
    Namespace,
    /// The severity, the greatest first.
    Severity,
}

/// Writes the timeline of one cluster.
pub fn write(
    timeline: &TimelineReport,
    by: TimelineGrouping,
    style: TextStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = TextPage::new(style);
    head(timeline, &mut page);
    match by {
        TimelineGrouping::Day => days(timeline, &mut page),
        TimelineGrouping::Object => groups(timeline, |it| it.subject.to_string(), &mut page),
        TimelineGrouping::Namespace => groups(timeline, |it| namespace(&it.subject), &mut page),
        TimelineGrouping::Severity => {
            for severity in Severity::ALL.into_iter().rev() {
                let of_it = |it: &&EventRow| it.severity == severity;
                group(severity.as_str(), timeline.events.iter().filter(of_it), timeline, &mut page);
            }
        }
    }
    gaps(timeline, &mut page);
    page.raw("\n");
    let last = conclusion(timeline);
    page.wrapped(&last, "", "");
    out.write_all(page.text().as_bytes())
}

fn head(timeline: &TimelineReport, page: &mut TextPage) {
    let title = page.bold(&timeline.path);
    page.raw(&format!("{title}\n"));
    let mut fields = vec![
        ("cluster", summary::cluster(&timeline.cluster)),
        ("gathered", summary::gathered(&timeline.cluster)),
    ];
    if let Some(root) = root(timeline).filter(|_| page.style.verbose) {
        fields.push(("root folder", root.to_owned()));
    }
    match (&timeline.from, &timeline.to) {
        (Some(from), Some(to)) => fields.push(("shown", format!("{from} to {to}"))),
        (Some(from), None) => fields.push(("shown", format!("from {from} on"))),
        (None, Some(to)) => fields.push(("shown", format!("up to {to}"))),
        (None, None) => {}
    }
    for (name, text) in fields {
        page.wrapped(&text, &format!("  {name:<12} "), &" ".repeat(15));
    }
}

/// The root folder of the cluster, where there is exactly one.
fn root(timeline: &TimelineReport) -> Option<&str> {
    match timeline.roots.as_slice() {
        [root] if !root.is_empty() => Some(root),
        _ => None,
    }
}

/// The events day by day, and between them the gather time.
fn days(timeline: &TimelineReport, page: &mut TextPage) {
    let mut day = "";
    let mut gathered = timeline.cluster.gathered_at.as_deref();
    for row in rows(&timeline.events, page) {
        if let Some(at) = gathered.take_if(|at| **at < *row.first.at) {
            gather_time(at, &mut day, page);
        }
        begin(date(&row.first.at), &mut day, page);
        let EventRow { at, subject, .. } = row.first;
        let what = match subject.to_string() {
            name if row.first.words.starts_with(&name) => String::new(),
            name => subject_of(&name, row.more, page),
        };
        event(row.first, clock(at), &what, root(timeline), page);
    }
}

/// The heading of a day, where it differs from the previous one.
fn begin<'t>(date: &'t str, day: &mut &'t str, page: &mut TextPage) {
    if date != *day {
        *day = date;
        page.heading(date);
    }
}

/// The line between the events before the gather time and those reported after it.
fn gather_time<'t>(at: &'t str, day: &mut &'t str, page: &mut TextPage) {
    begin(date(at), day, page);
    let text = page.dim(&format!("  {} the archive was gathered", clock(at)));
    page.raw(&format!("{text}\n"));
}

/// The namespace of a subject, or that it has none.
fn namespace(subject: &ReportSubject) -> String {
    match &*subject.namespace {
        "" => "without namespace".to_owned(),
        namespace => namespace.to_owned(),
    }
}

/// The events under one heading each, in the order of the first event.
fn groups(timeline: &TimelineReport, heading: impl Fn(&EventRow) -> String, page: &mut TextPage) {
    let mut groups: Vec<(String, Vec<&EventRow>)> = Vec::new();
    let mut positions = BTreeMap::new();
    for event in &timeline.events {
        let heading = heading(event);
        let at = *positions.entry(heading.clone()).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, group)) => group.push(event),
            None => groups.push((heading, vec![event])),
        }
    }
    for (heading, of_it) in groups {
        group(&heading, of_it.into_iter(), timeline, page);
    }
}

/// Events under a heading, each with its day, and with its subject unless the heading names it.
fn group<'t>(
    heading: &str,
    events: impl Iterator<Item = &'t EventRow>,
    timeline: &'t TimelineReport,
    page: &mut TextPage,
) {
    let mut has_begun = false;
    for it in events {
        if !std::mem::replace(&mut has_begun, true) {
            page.heading(heading);
        }
        let when = format!("{} {}", date(&it.at), clock(&it.at));
        let what = match it.subject.to_string() {
            name if name == heading || it.words.starts_with(&name) => String::new(),
            name => subject_of(&name, 0, page),
        };
        event(it, &when, &what, root(timeline), page);
    }
}

/// The events that have a line each: all of them with `-v`.
fn rows<'m>(events: &'m [EventRow], page: &TextPage) -> Vec<SimilarEvents<'m>> {
    if page.style.verbose {
        return events.iter().map(|first| SimilarEvents { first, more: 0 }).collect();
    }
    similar(events)
}

fn subject_of(subject: &str, more: usize, page: &TextPage) -> String {
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", page.bold(subject))
}

fn event(event: &EventRow, when: &str, what: &str, root: Option<&str>, page: &mut TextPage) {
    let severity = match event.severity {
        Severity::Info => " ".repeat(SEVERITY),
        severity => {
            let blank = " ".repeat(SEVERITY.saturating_sub(severity.as_str().len()));
            format!("{}{blank}", page.severity(severity))
        }
    };
    let is_wide = page.style.width >= WIDE;
    let source =
        if is_wide { format!("{:<SOURCE$}  ", event.source.as_str()) } else { String::new() };
    let after = if is_wide { String::new() } else { format!(" [{}]", event.source.as_str()) };
    let text: Vec<_> = event.words.split_whitespace().collect();
    let before = match (what, series(event)) {
        ("", series) if series.is_empty() => String::new(),
        ("", series) => format!("{series} "),
        (what, series) if series.is_empty() => format!("{what}: "),
        (what, series) => format!("{what} {series}: "),
    };
    let text = format!("{before}{}{after}", text.join(" "));
    let indent = 2 + when.len() + 2 + SEVERITY + 2 + if is_wide { SOURCE + 2 } else { 0 };
    let lines = if page.style.verbose { usize::MAX } else { LINES };
    let first = format!("  {when}  {severity}  {source}");
    page.hanging(&text, &first, indent, lines);
    if page.style.verbose {
        let below = root.and_then(|root| event.file.strip_prefix(root)?.strip_prefix('/'));
        let place = page.dim(&format!("{}:{}", below.unwrap_or(&event.file), event.line));
        page.raw(&format!("{}{place}\n", " ".repeat(indent)));
    }
}

/// How often and until when, for a repeated event.
fn series(event: &EventRow) -> String {
    let until = event.until.as_deref().map(|until| {
        let is_same_day = date(until) == date(&event.at);
        if is_same_day { format!("until {}", clock(until)) } else { format!("until {until}") }
    });
    match (event.count, until) {
        (0 | 1, None) => String::new(),
        (0 | 1, Some(until)) => format!("({until})"),
        (times, None) => format!("({times} times)"),
        (times, Some(until)) => format!("({times} times, {until})"),
    }
}

fn date(time: &str) -> &str {
    time.split_once('T').map_or(time, |(date, _)| date)
}

fn clock(time: &str) -> &str {
    time.split_once('T').map_or(time, |(_, clock)| clock.trim_end_matches('Z'))
}

fn gaps(timeline: &TimelineReport, page: &mut TextPage) {
    if timeline.gaps.is_empty() {
        return;
    }
    page.heading("Not collected or unreadable");
    for gap in &timeline.gaps {
        page.item(&gap.what);
        for ask in &gap.ask {
            page.command(ask);
        }
    }
}

/// The number of events shown and omitted, and why.
fn conclusion(timeline: &TimelineReport) -> String {
    let shown = count(timeline.events.len(), "event", "events");
    let OmittedEvents { time, namespace, object, source, severity, oldest } = timeline.left_out;
    let reasons = [
        (time, "outside the requested time"),
        (namespace, "about other namespaces"),
        (object, "about other objects"),
        (source, "of other sources"),
        (severity, "below the requested severity"),
        (oldest, "older than the newest events that are kept"),
    ];
    let all: usize = reasons.iter().map(|(count, _)| count).sum();
    if all == 0 {
        return format!("{shown}, none omitted.");
    }
    let reasons = reasons.iter().filter(|(count, _)| *count > 0);
    let reasons: Vec<_> = reasons.map(|(count, why)| format!("{count} {why}")).collect();
    format!("{shown}; {all} omitted: {}.", reasons.join(", "))
}

#[cfg(test)]
mod tests {
    use mustknow_timeline::Source;

    use super::*;
    use crate::model::{ClusterInfo, Distribution};
    use crate::redact::SafeText;

    fn event(at: &str, name: &str, words: &str) -> EventRow {
        EventRow {
            at: at.to_owned(),
            until: None,
            count: 1,
            source: Source::Condition,
            severity: Severity::Warning,
            subject: ReportSubject {
                kind: SafeText::name("ClusterOperator"),
                namespace: SafeText::default(),
                name: SafeText::name(name),
            },
            words: SafeText::text(words),
            file: SafeText::name("mg/image/x.yaml"),
            line: 7,
        }
    }

    fn written(events: Vec<EventRow>, by: TimelineGrouping, style: TextStyle) -> String {
        let cluster = ClusterInfo {
            distribution: Distribution::Okd,
            id: None,
            version: None,
            platform: None,
            topology: None,
            nodes: None,
            gathered_at: Some("2024-10-28T10:00:00Z".to_owned()),
            gathered_by: None,
            update: None,
            objects: 0,
        };
        let timeline = TimelineReport {
            path: SafeText::name("x.tgz"),
            number: 1,
            roots: vec![SafeText::name("mg/image")],
            cluster,
            from: None,
            to: None,
            events,
            gaps: Vec::new(),
            left_out: OmittedEvents::default(),
        };
        let mut out = Vec::new();
        write(&timeline, by, style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn style(width: usize) -> TextStyle {
        TextStyle { width, ..TextStyle::default() }
    }

    #[test]
    fn a_message_fits_the_columns_and_marks_its_cut() {
        let long = "many words\nof a message ".repeat(100);
        for width in [60, 80, 100, 200] {
            let events = vec![event("2024-10-28T09:00:00Z", "etcd", &long)];
            let text = written(events.clone(), TimelineGrouping::Day, style(width));
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
            // The mark follows the last line.
            assert!(widest <= width + " [cut]".len(), "{widest} of {width}: {text}");
            assert_eq!(text.matches("[cut]").count(), 1, "{text}");
            let all =
                written(events, TimelineGrouping::Day, TextStyle { verbose: true, ..style(width) });
            assert!(!all.contains("[cut]") && all.contains(" x.yaml:7\n"), "{all}");
        }
    }

    #[test]
    fn similar_events_share_a_line_without_verbose() {
        let at = "2024-10-28T09:00:00Z";
        let names = ["a", "b", "c"];
        let events: Vec<_> = names.iter().map(|name| event(at, name, "said x")).collect();
        let text = written(events.clone(), TimelineGrouping::Day, style(100));
        assert!(text.contains("ClusterOperator/a and 2 more: said x\n"), "{text}");
        let text =
            written(events, TimelineGrouping::Day, TextStyle { verbose: true, ..style(100) });
        assert_eq!(text.matches(": said x").count(), 3, "{text}");
    }

    #[test]
    fn events_after_the_gather_time_are_below_a_line() {
        let events = vec![
            event("2024-10-28T09:00:00Z", "a", "before"),
            event("9999-12-30T00:00:00Z", "b", "after"),
        ];
        let text = written(events, TimelineGrouping::Day, style(100));
        let place = |words: &str| text.find(words).unwrap();
        let gathered = place("10:00:00 the archive was gathered");
        assert!(place("before") < gathered && gathered < place("9999-12-30"), "{text}");
    }

    #[test]
    fn a_series_shows_how_often_and_until_when() {
        let mut one = event("2024-10-28T09:00:00Z", "a", "x");
        assert_eq!(series(&one), "");
        (one.count, one.until) = (3, Some("2024-10-28T09:30:00Z".to_owned()));
        assert_eq!(series(&one), "(3 times, until 09:30:00)");
        one.until = Some("2024-10-29T09:30:00Z".to_owned());
        assert_eq!(series(&one), "(3 times, until 2024-10-29T09:30:00Z)");
    }

    #[test]
    fn objects_have_a_heading_each() {
        let events = vec![
            event("2024-10-28T09:00:00Z", "b", "first"),
            event("2024-10-28T09:01:00Z", "a", "second"),
            event("2024-10-28T09:02:00Z", "b", "third"),
        ];
        let text = written(events, TimelineGrouping::Object, style(100));
        let place = |words: &str| text.find(words).unwrap();
        assert!(place("third") < place("ClusterOperator/a"), "{text}");
        assert_eq!(text.matches("ClusterOperator/b").count(), 1);
    }
}
