//! The page of each cluster: the verdict, the findings, and lists of the rest.

use std::io::{self, Write};

use super::bounded_page::BoundedPage;
use super::escape::{cell, code, prose};
use super::findings::{finding_in_full, open_check};
use crate::model::{AsWord, DamagedFile, Report, ReportFinding, ScanReport};
use crate::render::summary::{self, relative};

/// The most items of a list.
const ITEMS_SHOWN: usize = 6;

const FINDINGS: (&str, &str) = ("finding", "findings");
const CHECKS: (&str, &str) = ("inconclusive check", "inconclusive checks");
const NOTES: (&str, &str) = ("note", "notes");
const ACCEPTED: (&str, &str) = ("accepted finding", "accepted findings");
const FILES: (&str, &str) = ("unreadable file", "unreadable files");

/// Writes every report, each of at most 150 lines.
pub fn write(scan: &ScanReport, out: &mut dyn Write) -> io::Result<()> {
    let pages = scan.reports.iter().map(page);
    let failed = scan.failed.iter().map(|failed| {
        format!("## {}\n\nNot read: {}\n", prose(&failed.path), prose(&failed.error))
    });
    for (at, text) in pages.chain(failed).enumerate() {
        if at > 0 {
            out.write_all(b"\n---\n\n")?;
        }
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn page(report: &Report) -> String {
    let tail = [
        list("Notes", NOTES, &one_line_each(report.notes())),
        list("Accepted findings", ACCEPTED, &accepted(report)),
        list("Could not be read", FILES, &damage(report)),
        other_checks(report),
    ];
    let mut page = BoundedPage::new(tail.iter().map(|list| &list.lines));
    head(report, &mut page);
    let mut others = Vec::new();
    for finding in report.root_causes() {
        if !finding_in_full(report, finding, "Root cause", &mut page) {
            others.push(finding);
        }
    }
    for check in report.open_checks() {
        page.block(CHECKS, open_check(report, check));
    }
    for finding in report.unexplained() {
        if !finding_in_full(report, finding, "Unexplained symptom", &mut page) {
            others.push(finding);
        }
    }
    page.open_reserve();
    let others = list("Also found", FINDINGS, &one_line_each(others));
    for BulletList { name, lines, items, shown } in [others].into_iter().chain(tail) {
        let is_in = page.add(lines);
        page.leave_out(name, if is_in { items - shown } else { items });
    }
    page.finish()
}

fn head(report: &Report, page: &mut BoundedPage) {
    let cluster = &report.cluster;
    let mut rows = vec![
        format!("## {}", prose(&summary::verdict(report))),
        String::new(),
        "| | |".to_owned(),
        "|---|---|".to_owned(),
    ];
    let mut row =
        |name: &str, markdown: &str| rows.push(format!("| {name} | {} |", cell(markdown)));
    row("cluster", &prose(&summary::cluster(cluster)));
    row("archive", &code(&report.archive.path));
    if let Some(root) = summary::only_root(report) {
        row("root folder", &code(root));
    }
    row("gathered", &prose(&summary::gathered(cluster)));
    if let Some(update) = &cluster.update {
        row(update.state.as_str(), &prose(&summary::update(update)));
    }
    for note in summary::attention(report) {
        row("attention", &prose(&note));
    }
    page.block(NOTES, rows);
}

/// A line for each finding.
fn one_line_each<'r>(findings: impl IntoIterator<Item = &'r ReportFinding>) -> Vec<String> {
    let line = |finding: &ReportFinding| {
        format!("{}: {} ({})", finding.severity, prose(&finding.summary), prose(finding.rule))
    };
    findings.into_iter().map(line).collect()
}

fn accepted(report: &Report) -> Vec<String> {
    report.suppressed.iter().map(|it| prose(&summary::suppressed(it))).collect()
}

fn damage(report: &Report) -> Vec<String> {
    let line = |damage: &DamagedFile| {
        format!("{}: {}", code(&relative(report, &damage.path)), prose(&damage.why))
    };
    report.damage.iter().map(line).collect()
}

/// One line about the checks that could not explain any finding.
fn other_checks(report: &Report) -> BulletList {
    let line = summary::other_checks(report).map(|it| format!("{it}; `mustknow -v` lists them."));
    let lines: Vec<_> = line.into_iter().collect();
    BulletList { name: CHECKS, items: lines.len(), shown: lines.len(), lines }
}

/// The first items of a list under a heading.
struct BulletList {
    name: (&'static str, &'static str),
    lines: Vec<String>,
    items: usize,
    shown: usize,
}

fn list(heading: &str, name: (&'static str, &'static str), items: &[String]) -> BulletList {
    let shown = items.len().min(ITEMS_SHOWN);
    let mut lines = Vec::new();
    if shown > 0 {
        lines.extend([format!("### {heading}"), String::new()]);
        lines.extend(items.iter().take(shown).map(|item| format!("- {item}")));
    }
    BulletList { name, lines, items: items.len(), shown }
}
