//! The report for people at a terminal.
//!
//! Root causes come first, each with its evidence, what follows from it and what to do; then the
//! questions whose answer would explain a symptom; then the symptoms whose cause is not in the
//! archive; then what else could not be judged.

mod finding;
mod header;
mod page;
mod snippet;
mod unknown;

use std::io::{self, Write};

use crate::report::{Finding, Report};
use crate::summary;
pub(crate) use page::Page;

/// How many findings a section shows in full unless all are asked for; the worst come first.
const FINDINGS_SHOWN: usize = 10;

/// How the words are to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns there are.
    pub width: usize,
    /// Whether to use colours.
    pub colour: bool,
    /// What to draw with.
    pub drawing: Drawing,
    /// Whether to show every piece of evidence, effect and gap.
    pub verbose: bool,
}

/// What trees, lists and quoted lines are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Lines and corners.
    Unicode,
    /// The same in ASCII.
    Ascii,
    /// Nothing: words and indentation, for whoever has the page read out.
    Plain,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 100, colour: false, drawing: Drawing::Unicode, verbose: false }
    }
}

/// Writes one report.
pub fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(style);
    header::write(report, &mut page);
    let causes: Vec<_> = report.root_causes().collect();
    let unexplained: Vec<_> = report.unexplained().collect();
    section(&mut page, report, "Root cause", "Root causes", &causes);
    unknown::concerning(report, &mut page);
    section(
        &mut page,
        report,
        "Symptom without its cause",
        "Symptoms without their cause",
        &unexplained,
    );
    notes(report, &mut page);
    suppressed(report, &mut page);
    unknown::others(report, &mut page);
    damage(report, &mut page);
    healthy(report, &mut page);
    out.write_all(page.text().as_bytes())
}

/// One finding in full.
pub(crate) fn one(report: &Report, finding: &Finding, style: Style) -> String {
    let mut page = Page::new(style);
    finding::write(report, finding, &mut page);
    page.text().trim_start_matches('\n').to_owned()
}

fn section(page: &mut Page, report: &Report, one: &str, many: &str, findings: &[&Finding]) {
    if findings.is_empty() {
        return;
    }
    page.heading(if findings.len() == 1 { one } else { many });
    let shown = if page.style.verbose { usize::MAX } else { FINDINGS_SHOWN };
    for finding in findings.iter().take(shown) {
        finding::write(report, finding, page);
    }
    page.more(findings.len().saturating_sub(shown), ("of them", "of them"));
}

/// What is worth knowing and explains nothing: a line each.
fn notes(report: &Report, page: &mut Page) {
    let lines: Vec<_> = report.notes().collect();
    if lines.is_empty() {
        return;
    }
    page.heading("Worth knowing");
    for finding in lines {
        if page.style.verbose {
            finding::write(report, finding, page);
        } else {
            let severity = page.severity(finding.severity);
            let line = format!("{severity}: {} ({})", finding.summary, finding.rule);
            page.item(&line);
        }
    }
}

/// What was accepted beforehand: never folded away, or it would be forgotten.
fn suppressed(report: &Report, page: &mut Page) {
    if report.suppressed.is_empty() {
        return;
    }
    page.heading("Accepted beforehand");
    report.suppressed.iter().for_each(|it| page.item(&summary::suppressed(it)));
}

fn damage(report: &Report, page: &mut Page) {
    if report.damage.is_empty() {
        return;
    }
    let shown = if page.style.verbose { usize::MAX } else { 5 };
    page.heading("Could not be read");
    for damage in report.damage.iter().take(shown) {
        page.item(&format!("{}: {}", summary::below_root(report, &damage.path), damage.why));
    }
    page.more(report.damage.len().saturating_sub(shown), ("file", "files"));
}

fn healthy(report: &Report, page: &mut Page) {
    if report.healthy.is_empty() {
        return;
    }
    page.heading("Examined and found healthy");
    let mut areas: Vec<(&str, usize)> = Vec::new();
    for healthy in &report.healthy {
        let area = healthy.rule.split_once('/').map_or(healthy.rule, |(area, _)| area);
        match areas.iter_mut().find(|(known, _)| *known == area) {
            Some((_, most)) => *most = healthy.examined.max(*most),
            None => areas.push((area, healthy.examined)),
        }
    }
    let words: Vec<_> = areas.iter().map(|(area, most)| format!("{area} ({most})")).collect();
    let rules = match report.healthy.len() {
        1 => "1 rule".to_owned(),
        n => format!("{n} rules"),
    };
    page.paragraph(&format!(
        "{rules} found nothing wrong; the most objects a rule of each area examined: {}",
        words.join(", ")
    ));
}
