//! The cells of a row, and the line of rules below them.

use mustknow_rules::Severity;

use super::short_names::ShortNames;
use crate::model::Failed;
use crate::render::summary::count;
use crate::triage::{RuleCount, TriageRow, TriageStatus, Urgency};

/// The heads of the columns.
pub(super) const HEADS: [&str; 5] = ["ARCHIVE", "CLUSTER", "VERSION", "UPDATE", "ROOT CAUSE"];
/// How many rules of each kind are named.
const RULES_SHOWN: usize = 5;

/// A row of the table.
pub(super) struct TableRow {
    pub(super) urgency: Urgency,
    pub(super) cells: [String; 5],
    /// The rules, in a line of their own, so that no id is broken; empty where there are none.
    pub(super) rules: String,
}

impl TableRow {
    /// The row of a cluster.
    pub(super) fn new(row: &TriageRow, names: &ShortNames<'_>, ids: &ShortNames<'_>) -> Self {
        let id = row.cluster.as_deref().and_then(|id| ids.get(id)).map_or("", |id| *id);
        let cells = [
            name(row, names),
            id.to_owned(),
            row.version.as_deref().unwrap_or_default().to_owned(),
            row.update.as_str().to_owned(),
            verdict(row),
        ];
        Self { urgency: row.urgency(), cells, rules: rules(row) }
    }

    /// The row of an input that could not be read.
    pub(super) fn not_read(failed: &Failed, names: &ShortNames<'_>) -> Self {
        let mut cells = <[String; 5]>::default();
        let [archive, _, _, _, verdict] = &mut cells;
        (*names.get(&*failed.path).unwrap_or(&&*failed.path)).clone_into(archive);
        // The path is in the first cell.
        let why = failed.error.strip_prefix(&*failed.path).unwrap_or(&failed.error);
        *verdict = match why.strip_prefix(": ") {
            Some(why) => format!("not read: {why}"),
            None if why.starts_with(' ') => format!("not read: it{why}"),
            None => format!("not read: {why}"),
        };
        Self { urgency: Urgency::UNREAD, cells, rules: String::new() }
    }
}

/// The archive, and of several clusters in it the folder that only this one has.
fn name(row: &TriageRow, names: &ShortNames<'_>) -> String {
    let archive = names.get(&*row.path).map_or(&*row.path, |name| *name);
    match &row.within {
        Some(folder) => format!("{archive}/{folder}"),
        None => archive.to_owned(),
    }
}

/// The root cause in words, or the first unexplained symptom, or that there is none.
fn verdict(row: &TriageRow) -> String {
    let lead = row.lead.as_deref().unwrap_or_default();
    let is_partial = row.accepted + row.milder > 0;
    let mut parts = vec![match row.status() {
        TriageStatus::Caused => lead.to_owned(),
        TriageStatus::Symptoms => format!("{lead} (unexplained symptom)"),
        _ if !row.is_judged => "no data to check".to_owned(),
        _ if is_partial => "no other problems found".to_owned(),
        _ => "no problems found".to_owned(),
    }];
    if row.accepted > 0 {
        parts.push(format!("{} accepted", row.accepted));
    }
    if row.milder > 0 {
        parts.push(format!("{} below the requested severity", row.milder));
    }
    if row.causes.is_empty() && row.symptoms.is_empty() && row.is_judged {
        parts.extend(limits(row));
    }
    parts.join("; ")
}

/// What was not checked, and what could not be read.
fn limits(row: &TriageRow) -> Vec<String> {
    let mut parts = Vec::new();
    if row.inconclusive > 0 {
        parts.push(format!("{} inconclusive", count(row.inconclusive, "check", "checks")));
    }
    if row.damage > 0 {
        parts.push(count(row.damage, "damaged file", "damaged files"));
    }
    if row.is_truncated {
        parts.push("truncated".to_owned());
    }
    parts
}

/// The rules of what was found, and of the inconclusive checks that could explain it; then what was
/// not checked.
fn rules(row: &TriageRow) -> String {
    let mut parts = Vec::new();
    if !row.causes.is_empty() {
        parts.push(by_severity(&row.causes));
    }
    if !row.symptoms.is_empty() {
        parts.push(format!("unexplained: {}", by_severity(&row.symptoms)));
    }
    if !row.notes.is_empty() && row.causes.is_empty() && row.symptoms.is_empty() {
        let notes = row.notes.iter().map(|note| note.count).sum();
        parts.push(format!("{}: {}", count(notes, "note", "notes"), by_severity(&row.notes)));
    }
    if !row.open_checks.is_empty() {
        parts.push(format!("inconclusive: {}", listed(&row.open_checks)));
    }
    if !row.causes.is_empty() || !row.symptoms.is_empty() {
        parts.extend(limits(row));
    }
    parts.join("; ")
}

/// The rules, each severity once.
fn by_severity(counts: &[RuleCount]) -> String {
    let mut parts = Vec::new();
    let mut left = RULES_SHOWN;
    for same in counts.chunk_by(|one, other| one.severity == other.severity) {
        if left == 0 {
            break;
        }
        let shown = same.get(..left.min(same.len())).unwrap_or_default();
        let severity = shown.first().and_then(|it| it.severity).map_or("", Severity::as_str);
        parts.push(format!("{severity}: {}", each(shown)));
        left -= shown.len();
    }
    format!("{}{}", parts.join("; "), more(counts.len()))
}

fn listed(counts: &[RuleCount]) -> String {
    let shown = counts.get(..RULES_SHOWN.min(counts.len())).unwrap_or_default();
    format!("{}{}", each(shown), more(counts.len()))
}

fn more(all: usize) -> String {
    match all.saturating_sub(RULES_SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

fn each(counts: &[RuleCount]) -> String {
    let one = |it: &RuleCount| match it.count {
        1 => it.rule.to_string(),
        count => format!("{} ({count})", it.rule),
    };
    counts.iter().map(one).collect::<Vec<_>>().join(", ")
}
