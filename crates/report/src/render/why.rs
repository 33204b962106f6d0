//! The answer about one object, as a tree for people and as JSON.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use mustknow_rules::Role;

use super::summary::{self, count};
use super::text::{Drawing, TextPage, TextStyle};
use crate::model::{WhyObject, WhyReport, WhyState};

/// How many causes are shown without `-v`.
const CAUSES: usize = 3;
/// How many findings about one object are shown without `-v`.
const FINDINGS: usize = 2;

/// Writes the answer as one indented JSON value.
pub fn json(why: &WhyReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, why)?;
    out.write_all(b"\n")
}

/// Writes the answer for people at a terminal.
pub fn text(why: &WhyReport, style: TextStyle, out: &mut dyn Write) -> io::Result<()> {
    let mut page = TextPage::new(style);
    let title = page.bold(&why.path);
    page.raw(&format!("{title}\n"));
    page.wrapped(&summary::cluster(&why.cluster), "  cluster      ", "               ");
    page.wrapped(&summary::gathered(&why.cluster), "  gathered     ", "               ");
    page.raw("\n");
    let first = line(&why.object, &page);
    page.wrapped(&first, "", "  ");
    findings(&why.object, "  ", &mut page);
    below(&why.object, "", &mut page);
    conclusion(why, &mut page);
    out.write_all(page.text().as_bytes())
}

/// An object and how it is doing.
fn line(object: &WhyObject, page: &TextPage) -> String {
    let relation = object.relation.map(|it| format!("{it} ")).unwrap_or_default();
    let subject = page.bold(&object.subject.to_string());
    let bad = |text: &str| page.paint(AnsiColor::Red.on_default(), text);
    let state = match object.state {
        WhyState::Well => format!(": {}", object.words),
        WhyState::Unwell => format!(": {}", bad(&object.words)),
        WhyState::Exists => String::new(),
        WhyState::Absent => format!(": {} (not in {})", bad("does not exist"), object.words),
        WhyState::NotCollected => {
            format!(": {}: {}", page.paint(Style::new().dimmed(), "not collected"), object.words)
        }
    };
    let again = if object.repeated { ", see above" } else { "" };
    format!("{relation}{subject}{state}{again}")
}

/// The findings about an object.
fn findings(object: &WhyObject, margin: &str, page: &mut TextPage) {
    let shown = if page.style.verbose { usize::MAX } else { FINDINGS };
    for finding in object.findings.iter().take(shown) {
        let severity = page.severity(finding.severity);
        let text = format!("{severity}: {} ({})", finding.summary, finding.rule);
        page.wrapped(&text, margin, &format!("{margin}  "));
    }
    let left_out = object.findings.len().saturating_sub(shown);
    if left_out > 0 {
        let more = count(left_out, "more finding", "more findings");
        page.wrapped(&page.dim(&format!("and {more}; -v shows all")), margin, margin);
    }
}

fn below(object: &WhyObject, prefix: &str, page: &mut TextPage) {
    let (fork, last, down) = match page.style.drawing {
        Drawing::Unicode => ("├─ ", "└─ ", "│  "),
        Drawing::Ascii => ("|- ", "`- ", "|  "),
        Drawing::Plain => ("- ", "- ", "  "),
    };
    let after = if page.style.drawing == Drawing::Plain { "  " } else { "   " };
    for (at, next) in object.depends_on.iter().enumerate() {
        let is_last = at + 1 == object.depends_on.len() && object.well == 0;
        let branch = format!("{prefix}{}", if is_last { last } else { fork });
        let inner = format!("{prefix}{}", if is_last { after } else { down });
        let text = line(next, page);
        page.wrapped(&text, &branch, &inner);
        findings(next, &inner, page);
        below(next, &inner, page);
    }
    if object.well > 0 {
        let what = if object.depends_on.is_empty() { "dependency" } else { "other dependency" };
        let many = if object.depends_on.is_empty() { "dependencies" } else { "other dependencies" };
        let text = page.dim(&format!("{}, with nothing wrong", count(object.well, what, many)));
        page.wrapped(&text, &format!("{prefix}{last}"), &format!("{prefix}{after}"));
    }
}

fn conclusion(why: &WhyReport, page: &mut TextPage) {
    page.raw("\n");
    let shown = if page.style.verbose { usize::MAX } else { CAUSES };
    for cause in why.causes.iter().take(shown) {
        let label = if cause.role == Role::Cause { "Cause:" } else { "Unexplained symptom:" };
        let (label, severity) = (page.bold(label), page.severity(cause.severity));
        let text = format!("{label} {severity}: {} ({})", cause.summary, cause.rule);
        page.wrapped(&text, "", "  ");
        if !cause.action.is_empty() {
            page.wrapped(&cause.action, "  ", "  ");
        }
    }
    if why.causes.len() > shown {
        let more = count(why.causes.len() - shown, "more cause", "more causes");
        page.wrapped(&page.dim(&format!("and {more}; -v shows all")), "  ", "  ");
    }
    let examined = count(why.examined, "object", "objects");
    let (mut bad, mut open) = (0, 0);
    count_bad(&why.object, &mut bad, &mut open);
    let last = match (bad, open) {
        (0, 0) if why.causes.is_empty() => {
            format!("Nothing wrong with it and what it depends on: {examined} checked.")
        }
        (0, _) if why.causes.is_empty() => {
            let open = count(open, "dependency was", "dependencies were");
            format!(
                "Nothing wrong in what was collected: {examined} checked; {open} not collected."
            )
        }
        _ if why.causes.is_empty() => {
            format!(
                "No rule explains it: {examined} checked. The last objects that are not well \
                     above are where the archive ends."
            )
        }
        _ => format!("{examined} checked."),
    };
    page.wrapped(&last, "", "");
    if why.left_out > 0 {
        let left_out = count(why.left_out, "object", "objects");
        page.wrapped(&format!("{left_out} not checked: there are too many."), "", "");
    }
}

/// Counts the objects that are not well, and those of which nothing is known.
fn count_bad(object: &WhyObject, bad: &mut usize, open: &mut usize) {
    match object.state {
        WhyState::Unwell | WhyState::Absent => *bad += 1,
        WhyState::NotCollected => *open += 1,
        WhyState::Well | WhyState::Exists => {}
    }
    object.depends_on.iter().for_each(|next| count_bad(next, bad, open));
}
