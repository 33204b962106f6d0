//! A timeline for people at a terminal: day by day, or by what moments have in common.

use std::collections::BTreeMap;
use std::io::{self, Write};

use mustknow_rules::Severity;

use super::alike::{Alike, alike};
use super::model::{EventRow, OmittedEvents, TimelineReport};
use crate::report::Subject;
use crate::summary::{self, count};
use crate::text::{Page, Style};

/// How many lines of a message are shown unless all are asked for.
const LINES: usize = 4;
/// From so many columns on the source of a moment has one.
const WIDE: usize = 100;
/// What the longest source takes.
const SOURCE: usize = 11;
/// What the longest severity takes.
const SEVERITY: usize = 8;

/// By what moments stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The day.
    Day,
    /// The object they are about.
    Object,
    /// The namespace of that object.
    Namespace,
    /// How bad they are, the worst first.
    Severity,
}

/// Writes the timeline of one cluster.
pub fn write(
    timeline: &TimelineReport,
    by: By,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(style);
    head(timeline, &mut page);
    match by {
        By::Day => days(timeline, &mut page),
        By::Object => groups(timeline, |it| it.subject.to_string(), &mut page),
        By::Namespace => groups(timeline, |it| namespace(&it.subject), &mut page),
        By::Severity => {
            for severity in Severity::ALL.into_iter().rev().map(Severity::as_str) {
                let of_it = |it: &&EventRow| it.severity == severity;
                group(severity, timeline.moments.iter().filter(of_it), timeline, &mut page);
            }
        }
    }
    gaps(timeline, &mut page);
    page.raw("\n");
    let last = conclusion(timeline);
    page.wrapped(&last, "", "");
    out.write_all(page.text().as_bytes())
}

fn head(timeline: &TimelineReport, page: &mut Page) {
    let title = page.bold(&timeline.path);
    page.raw(&format!("{title}\n"));
    let mut facts = vec![
        ("cluster", summary::cluster(&timeline.cluster)),
        ("gathered", summary::gathered(&timeline.cluster)),
    ];
    if let Some(root) = root(timeline).filter(|_| page.style.verbose) {
        facts.push(("files below", root.to_owned()));
    }
    match (&timeline.from, &timeline.to) {
        (Some(from), Some(to)) => facts.push(("shown", format!("{from} to {to}"))),
        (Some(from), None) => facts.push(("shown", format!("from {from} on"))),
        (None, Some(to)) => facts.push(("shown", format!("up to {to}"))),
        (None, None) => {}
    }
    for (name, words) in facts {
        page.wrapped(&words, &format!("  {name:<12} "), &" ".repeat(15));
    }
}

/// The one folder that holds the cluster, when there is only one.
fn root(timeline: &TimelineReport) -> Option<&str> {
    match timeline.roots.as_slice() {
        [root] if !root.is_empty() => Some(root),
        _ => None,
    }
}

/// The moments day by day, and between them when the cluster was looked at.
fn days(timeline: &TimelineReport, page: &mut Page) {
    let mut day = "";
    let mut gathered = timeline.cluster.gathered_at.as_deref();
    for row in rows(&timeline.moments, page) {
        if let Some(at) = gathered.take_if(|at| **at < *row.first.at) {
            look(at, &mut day, page);
        }
        begin(date(&row.first.at), &mut day, page);
        let EventRow { at, subject, .. } = row.first;
        let what = match subject.to_string() {
            name if row.first.words.starts_with(&name) => String::new(),
            name => subject_of(&name, row.more, page),
        };
        moment(row.first, clock(at), &what, root(timeline), page);
    }
}

/// The heading of a day, where it is another than before.
fn begin<'t>(date: &'t str, day: &mut &'t str, page: &mut Page) {
    if date != *day {
        *day = date;
        page.heading(date);
    }
}

/// The line between what was before the cluster was looked at and what is said to be after.
fn look<'t>(at: &'t str, day: &mut &'t str, page: &mut Page) {
    begin(date(at), day, page);
    let words = page.dim(&format!("  {} the cluster was looked at", clock(at)));
    page.raw(&format!("{words}\n"));
}

/// The namespace of a subject, in words where it has none.
fn namespace(subject: &Subject) -> String {
    match &*subject.namespace {
        "" => "in no namespace".to_owned(),
        namespace => namespace.to_owned(),
    }
}

/// The moments that have a heading in common, in the order of their first.
fn groups(timeline: &TimelineReport, heading: impl Fn(&EventRow) -> String, page: &mut Page) {
    let mut groups: Vec<(String, Vec<&EventRow>)> = Vec::new();
    let mut places = BTreeMap::new();
    for moment in &timeline.moments {
        let heading = heading(moment);
        let at = *places.entry(heading.clone()).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, group)) => group.push(moment),
            None => groups.push((heading, vec![moment])),
        }
    }
    for (heading, of_it) in groups {
        group(&heading, of_it.into_iter(), timeline, page);
    }
}

/// Moments under a heading, each with its day, and with its subject unless the heading names it.
fn group<'t>(
    heading: &str,
    moments: impl Iterator<Item = &'t EventRow>,
    timeline: &'t TimelineReport,
    page: &mut Page,
) {
    let mut has_begun = false;
    for it in moments {
        if !std::mem::replace(&mut has_begun, true) {
            page.heading(heading);
        }
        let when = format!("{} {}", date(&it.at), clock(&it.at));
        let what = match it.subject.to_string() {
            name if name == heading || it.words.starts_with(&name) => String::new(),
            name => subject_of(&name, 0, page),
        };
        moment(it, &when, &what, root(timeline), page);
    }
}

/// What stands in a line each: everything where everything was asked for.
fn rows<'m>(moments: &'m [EventRow], page: &Page) -> Vec<Alike<'m>> {
    if page.style.verbose {
        return moments.iter().map(|first| Alike { first, more: 0 }).collect();
    }
    alike(moments)
}

fn subject_of(subject: &str, more: usize, page: &Page) -> String {
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", page.bold(subject))
}

fn moment(moment: &EventRow, when: &str, what: &str, root: Option<&str>, page: &mut Page) {
    let severity = match moment.severity {
        "info" => " ".repeat(SEVERITY),
        severity => {
            let blank = " ".repeat(SEVERITY.saturating_sub(severity.len()));
            format!("{}{blank}", page.severity(severity))
        }
    };
    let is_wide = page.style.width >= WIDE;
    let source = if is_wide { format!("{:<SOURCE$}  ", moment.source) } else { String::new() };
    let after = if is_wide { String::new() } else { format!(" [{}]", moment.source) };
    let words: Vec<_> = moment.words.split_whitespace().collect();
    let before = match (what, series(moment)) {
        ("", series) if series.is_empty() => String::new(),
        ("", series) => format!("{series} "),
        (what, series) if series.is_empty() => format!("{what}: "),
        (what, series) => format!("{what} {series}: "),
    };
    let words = format!("{before}{}{after}", words.join(" "));
    let indent = 2 + when.len() + 2 + SEVERITY + 2 + if is_wide { SOURCE + 2 } else { 0 };
    let lines = if page.style.verbose { usize::MAX } else { LINES };
    let first = format!("  {when}  {severity}  {source}");
    page.hanging(&words, &first, indent, lines);
    if page.style.verbose {
        let below = root.and_then(|root| moment.file.strip_prefix(root)?.strip_prefix('/'));
        let place = page.dim(&format!("{}:{}", below.unwrap_or(&moment.file), moment.line));
        page.raw(&format!("{}{place}\n", " ".repeat(indent)));
    }
}

/// How often and until when, for what came again.
fn series(moment: &EventRow) -> String {
    let until = moment.until.as_deref().map(|until| {
        let is_same_day = date(until) == date(&moment.at);
        if is_same_day { format!("until {}", clock(until)) } else { format!("until {until}") }
    });
    match (moment.count, until) {
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

fn gaps(timeline: &TimelineReport, page: &mut Page) {
    if timeline.gaps.is_empty() {
        return;
    }
    page.heading("Could not be looked at");
    for gap in &timeline.gaps {
        page.item(&gap.what);
        for ask in &gap.ask {
            page.command(ask);
        }
    }
}

/// How much there is, and how much was left out and why.
fn conclusion(timeline: &TimelineReport) -> String {
    let shown = count(timeline.moments.len(), "moment", "moments");
    let OmittedEvents { time, namespace, object, source, severity, oldest } = timeline.left_out;
    let reasons = [
        (time, "outside the time asked for"),
        (namespace, "about other namespaces"),
        (object, "about other objects"),
        (source, "of other sources"),
        (severity, "of a lower severity"),
        (oldest, "older than the newest that are kept"),
    ];
    let all: usize = reasons.iter().map(|(count, _)| count).sum();
    if all == 0 {
        return format!("{shown}, none left out.");
    }
    let reasons = reasons.iter().filter(|(count, _)| *count > 0);
    let reasons: Vec<_> = reasons.map(|(count, why)| format!("{count} {why}")).collect();
    format!("{shown}; {all} left out: {}.", reasons.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Cluster;
    use crate::safe::SafeText;

    fn moment(at: &str, name: &str, words: &str) -> EventRow {
        EventRow {
            at: at.to_owned(),
            until: None,
            count: 1,
            source: "condition",
            severity: "warning",
            subject: Subject {
                kind: SafeText::name("ClusterOperator"),
                namespace: SafeText::default(),
                name: SafeText::name(name),
            },
            words: SafeText::text(words),
            file: SafeText::name("mg/image/x.yaml"),
            line: 7,
        }
    }

    fn written(moments: Vec<EventRow>, by: By, style: Style) -> String {
        let cluster = Cluster {
            distribution: "OKD",
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
            moments,
            gaps: Vec::new(),
            left_out: OmittedEvents::default(),
        };
        let mut out = Vec::new();
        write(&timeline, by, style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn style(width: usize) -> Style {
        Style { width, ..Style::default() }
    }

    #[test]
    fn a_message_fits_the_columns_and_says_where_it_is_cut() {
        let long = "many words\nof a message ".repeat(100);
        for width in [60, 80, 100, 200] {
            let moments = vec![moment("2024-10-28T09:00:00Z", "etcd", &long)];
            let text = written(moments.clone(), By::Day, style(width));
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
            // The mark stands behind the last line.
            assert!(widest <= width + " [cut]".len(), "{widest} of {width}: {text}");
            assert_eq!(text.matches("[cut]").count(), 1, "{text}");
            let all = written(moments, By::Day, Style { verbose: true, ..style(width) });
            assert!(!all.contains("[cut]") && all.contains(" x.yaml:7\n"), "{all}");
        }
    }

    #[test]
    fn moments_that_are_alike_share_a_line_unless_all_is_asked_for() {
        let at = "2024-10-28T09:00:00Z";
        let names = ["a", "b", "c"];
        let moments: Vec<_> = names.iter().map(|name| moment(at, name, "said x")).collect();
        let text = written(moments.clone(), By::Day, style(100));
        assert!(text.contains("ClusterOperator/a and 2 more: said x\n"), "{text}");
        let text = written(moments, By::Day, Style { verbose: true, ..style(100) });
        assert_eq!(text.matches(": said x").count(), 3, "{text}");
    }

    #[test]
    fn what_is_said_to_be_after_the_gather_stands_below_a_line() {
        let moments = vec![
            moment("2024-10-28T09:00:00Z", "a", "before"),
            moment("9999-12-30T00:00:00Z", "b", "after"),
        ];
        let text = written(moments, By::Day, style(100));
        let place = |words: &str| text.find(words).unwrap();
        let look = place("10:00:00 the cluster was looked at");
        assert!(place("before") < look && look < place("9999-12-30"), "{text}");
    }

    #[test]
    fn a_series_says_how_often_and_until_when() {
        let mut one = moment("2024-10-28T09:00:00Z", "a", "x");
        assert_eq!(series(&one), "");
        (one.count, one.until) = (3, Some("2024-10-28T09:30:00Z".to_owned()));
        assert_eq!(series(&one), "(3 times, until 09:30:00)");
        one.until = Some("2024-10-29T09:30:00Z".to_owned());
        assert_eq!(series(&one), "(3 times, until 2024-10-29T09:30:00Z)");
    }

    #[test]
    fn objects_have_a_heading_each() {
        let moments = vec![
            moment("2024-10-28T09:00:00Z", "b", "first"),
            moment("2024-10-28T09:01:00Z", "a", "second"),
            moment("2024-10-28T09:02:00Z", "b", "third"),
        ];
        let text = written(moments, By::Object, style(100));
        let place = |words: &str| text.find(words).unwrap();
        assert!(place("third") < place("ClusterOperator/a"), "{text}");
        assert_eq!(text.matches("ClusterOperator/b").count(), 1);
    }
}
