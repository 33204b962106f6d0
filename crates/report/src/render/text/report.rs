//! The report of one cluster, section by section.

use std::io::{self, Write};

use super::page::TextPage;
use super::style::TextStyle;
use super::{finding, header, inconclusive};
use crate::model::{Report, ReportFinding};
use crate::render::summary::{self, count};

/// How many findings of a section are shown in full without `-v`; the most severe come first.
const FINDINGS_SHOWN: usize = 10;
/// How many unreadable files are named without `-v`.
const FILES_SHOWN: usize = 5;

/// Writes one report.
pub fn write(report: &Report, style: TextStyle, out: &mut dyn Write) -> io::Result<()> {
    let mut page = TextPage::new(style);
    header::write(report, &mut page);
    let causes: Vec<_> = report.root_causes().collect();
    let symptoms: Vec<_> = report.unexplained().collect();
    section(&mut page, report, ("Root cause", "Root causes"), &causes);
    inconclusive::open_checks(report, &mut page);
    section(&mut page, report, ("Unexplained symptom", "Unexplained symptoms"), &symptoms);
    notes(report, &mut page);
    suppressed(report, &mut page);
    damage(report, &mut page);
    healthy(report, &mut page);
    inconclusive::others(report, &mut page);
    out.write_all(page.text().as_bytes())
}

/// One finding in full.
pub(crate) fn one_finding(report: &Report, finding: &ReportFinding, style: TextStyle) -> String {
    let mut page = TextPage::new(style);
    finding::write(report, finding, &mut page);
    page.text().trim_start_matches('\n').to_owned()
}

fn section(
    page: &mut TextPage,
    report: &Report,
    (one, many): (&str, &str),
    findings: &[&ReportFinding],
) {
    if findings.is_empty() {
        return;
    }
    page.heading(if findings.len() == 1 { one } else { many });
    let shown = if page.style.verbose { usize::MAX } else { FINDINGS_SHOWN };
    for finding in findings.iter().take(shown) {
        finding::write(report, finding, page);
    }
    page.more(findings.len().saturating_sub(shown), ("finding", "findings"));
}

/// The notes: a line each without `-v`.
fn notes(report: &Report, page: &mut TextPage) {
    let notes: Vec<_> = report.notes().collect();
    if notes.is_empty() {
        return;
    }
    page.heading("Notes");
    for finding in notes {
        if page.style.verbose {
            finding::write(report, finding, page);
        } else {
            let severity = page.severity(finding.severity);
            let line = format!("{severity}: {} ({})", finding.summary, finding.rule);
            page.item(&line);
        }
    }
}

/// The accepted findings: always shown, so that they are not forgotten.
fn suppressed(report: &Report, page: &mut TextPage) {
    if report.suppressed.is_empty() {
        return;
    }
    page.heading("Accepted findings");
    report.suppressed.iter().for_each(|it| page.item(&summary::suppressed(it)));
}

fn damage(report: &Report, page: &mut TextPage) {
    if report.damage.is_empty() {
        return;
    }
    let shown = if page.style.verbose { usize::MAX } else { FILES_SHOWN };
    page.heading("Could not be read");
    for damage in report.damage.iter().take(shown) {
        page.item(&format!("{}: {}", summary::relative(report, &damage.path), damage.why));
    }
    page.more(report.damage.len().saturating_sub(shown), ("file", "files"));
}

fn healthy(report: &Report, page: &mut TextPage) {
    if report.healthy.is_empty() {
        return;
    }
    page.heading("Checked, no problems found");
    let mut areas: Vec<(&str, usize)> = Vec::new();
    for healthy in &report.healthy {
        let area = healthy.rule.split_once('/').map_or(healthy.rule, |(area, _)| area);
        match areas.iter_mut().find(|(known, _)| *known == area) {
            Some((_, most)) => *most = healthy.examined.max(*most),
            None => areas.push((area, healthy.examined)),
        }
    }
    let areas: Vec<_> = areas.iter().map(|(area, most)| format!("{area} ({most})")).collect();
    let rules = count(report.healthy.len(), "rule", "rules");
    page.paragraph(&format!(
        "{rules}, by area with the most objects that one rule examined: {}",
        areas.join(", ")
    ));
}
