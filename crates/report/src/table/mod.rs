//! Several scans in one table, worst first.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::report::{Report, Scan};

/// Writes one row for each cluster and each input that could not be read.
pub fn write(scan: &Scan, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<[String; 6]> = Vec::new();
    let mut reports: Vec<&Report> = scan.reports.iter().collect();
    // The sort is stable, so equals stay in the order of the inputs.
    reports.sort_by_key(|report| std::cmp::Reverse(worst(report)));
    rows.extend(reports.iter().map(|report| row(report, &reports)));
    let failed = scan.failed.iter().map(|failed| {
        let empty = String::new;
        [
            short(&failed.path),
            empty(),
            empty(),
            empty(),
            empty(),
            format!("not read: {}", failed.error),
        ]
    });
    rows.extend(failed);
    let heads = ["ARCHIVE", "VERSION", "STATE", "UNKNOWN", "DAMAGED", "WHAT YOU MUST KNOW"];
    let mut widths = heads.map(UnicodeWidthStr::width);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    line(out, &heads, &widths)?;
    for row in &rows {
        line(out, &row.each_ref().map(String::as_str), &widths)?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, cells: &[&str; 6], widths: &[usize; 6]) -> io::Result<()> {
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
    }
    writeln!(out, "{}", text.trim_end())
}

fn worst(report: &Report) -> u8 {
    report
        .findings
        .iter()
        .map(|finding| match finding.severity {
            "critical" => 3,
            "error" => 2,
            "warning" => 1,
            _ => 0,
        })
        .max()
        .unwrap_or(0)
}

fn row(report: &Report, all: &[&Report]) -> [String; 6] {
    let state = match &report.cluster.update {
        Some(update) => format!("{} {}", update.state, update.age.clone().unwrap_or_default()),
        None => "settled".to_owned(),
    };
    let number = |n: usize| if n == 0 { String::new() } else { n.to_string() };
    [
        name(report, all),
        report.cluster.version.as_deref().unwrap_or_default().to_owned(),
        state.trim_end().to_owned(),
        number(report.unknown.len()),
        number(report.damage.len()),
        must_know(report),
    ]
}

/// The archive, and of several clusters in it the folder that only this one has.
fn name(report: &Report, all: &[&Report]) -> String {
    let archive = short(&report.archive.path);
    let other_roots: Vec<&str> = all
        .iter()
        .filter(|other| other.archive.path == report.archive.path && !std::ptr::eq(**other, report))
        .flat_map(|other| other.archive.roots.iter().map(|root| &**root))
        .collect();
    let Some((first, rest)) = report.archive.roots.split_first() else { return archive };
    if other_roots.is_empty() || first.is_empty() {
        return archive;
    }
    let ends = first.match_indices('/').map(|(end, _)| end).chain([first.len()]);
    let mut shown = "";
    for folder in ends.filter_map(|end| first.get(..end)) {
        if !rest.iter().all(|root| is_within(root, folder)) {
            break;
        }
        shown = folder;
        if !other_roots.iter().any(|root| is_within(root, folder)) {
            break;
        }
    }
    if shown.is_empty() { archive } else { format!("{archive}/{shown}") }
}

fn is_within(root: &str, folder: &str) -> bool {
    root.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn must_know(report: &Report) -> String {
    let leads: Vec<_> =
        report.leads().map(|finding| format!("{}: {}", finding.severity, finding.rule)).collect();
    let asked: Vec<_> =
        report.unknown.iter().filter(|unknown| !unknown.concerns.is_empty()).collect();
    let mut words = if leads.is_empty() { "nothing wrong found".to_owned() } else { unique(leads) };
    if !asked.is_empty() {
        let rules = asked.iter().map(|unknown| unknown.rule.to_owned()).collect();
        words.push_str(&format!("; cannot tell: {}", unique(rules)));
    }
    words
}

/// The words once each, with how often when more than once.
fn unique(words: Vec<String>) -> String {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for word in words {
        match counted.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counted.push((word, 1)),
        }
    }
    let shown: Vec<_> = counted
        .into_iter()
        .map(|(word, count)| if count == 1 { word } else { format!("{word} ({count})") })
        .collect();
    shown.join(", ")
}

/// The last part of a path.
fn short(path: &str) -> String {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path).to_owned()
}
