//! Several inputs in one table, the most urgent first; below it what they have in common.

mod columns;
mod ids;
mod shared;

use std::cmp::Reverse;
use std::io::{self, Write};

use columns::{Columns, LEAST_WIDTH};

use crate::report::Failed;
use crate::summary::count;
use crate::text::Style;
use crate::triage::{Named, Row, Triage, TriageStatus, UNDECIDED};

/// What stands above the columns.
const HEADS: [&str; 7] =
    ["ARCHIVE", "CLUSTER", "VERSION", "UPDATE", "ROOT CAUSES", "UNKNOWN", "DAMAGE"];
/// How many rules a cell names.
const RULES_SHOWN: usize = 5;

/// Writes one row for each cluster and each input that could not be read, the causes that several have
/// in common, and how many stand how.
pub fn write(triage: &Triage, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paths = triage.rows.iter().map(|row| &*row.path);
    let names = ids::names(paths.chain(triage.failed.iter().map(|failed| &*failed.path)));
    let clusters = triage.rows.iter().filter_map(|row| row.cluster.as_deref());
    let clusters = ids::short(clusters);
    let mut lines: Vec<_> = triage
        .rows
        .iter()
        .map(|row| {
            let id = row.cluster.as_deref();
            let id = id.and_then(|id| clusters.get(id)).map_or("", |id| *id);
            (row.urgency(), cells(row, name(row, &names), id))
        })
        .collect();
    lines.extend(triage.failed.iter().map(|failed| {
        let name = names.get(&*failed.path).map_or(&*failed.path, |name| *name);
        // It stands above those that were read and are undecided.
        ((UNDECIDED, u8::MAX, false, 0), not_read(failed, name))
    }));
    // The sort is stable, so equals stay in the order of the inputs.
    lines.sort_by_key(|(urgency, _)| Reverse(*urgency));
    let cells: Vec<_> = lines.into_iter().map(|(_, cells)| cells).collect();
    Columns::new(HEADS, &cells, style).write(&cells, out)?;
    shared::write(triage, &names, style, out)?;
    writeln!(out, "\n{}", textwrap::fill(&totals(triage), style.width.max(LEAST_WIDTH)))
}

fn cells(row: &Row, name: String, id: &str) -> [String; 7] {
    let number = |n: usize| if n == 0 { String::new() } else { n.to_string() };
    let damage = match (row.damage, row.is_truncated) {
        (0, true) => "cut".to_owned(),
        (damage, true) => format!("{damage}, cut"),
        (damage, false) => number(damage),
    };
    [
        name,
        id.to_owned(),
        row.version.as_deref().unwrap_or_default().to_owned(),
        row.update.as_str().to_owned(),
        must_know(row),
        number(row.unknown),
        damage,
    ]
}

fn not_read(failed: &Failed, name: &str) -> [String; 7] {
    let mut cells = <[String; 7]>::default();
    let [archive, _, _, _, causes, _, _] = &mut cells;
    name.clone_into(archive);
    // The path stands beside it.
    let why = failed.error.strip_prefix(&*failed.path).unwrap_or(&failed.error);
    *causes = match why.strip_prefix(": ") {
        Some(why) => format!("not read: {why}"),
        None if why.starts_with(' ') => format!("not read: it{why}"),
        None => format!("not read: {why}"),
    };
    cells
}

/// The archive, and of several clusters in it the folder that only this one has.
fn name(row: &Row, names: &ids::Names<'_>) -> String {
    let archive = names.get(&*row.path).map_or(&*row.path, |name| *name);
    match &row.within {
        Some(folder) => format!("{archive}/{folder}"),
        None => archive.to_owned(),
    }
}

/// What is wrong, by severity; what is wrong and has no cause; what would tell.
fn must_know(row: &Row) -> String {
    let mut words = Vec::new();
    if !row.causes.is_empty() {
        words.push(by_severity(&row.causes));
    }
    if !row.symptoms.is_empty() {
        words.push(format!("without a cause: {}", by_severity(&row.symptoms)));
    }
    if !row.notes.is_empty() && row.causes.is_empty() && row.symptoms.is_empty() {
        words.push(format!("to know: {}", by_severity(&row.notes)));
    }
    if words.is_empty() {
        let is_all = row.accepted + row.milder == 0;
        let calm = match (row.is_judged, is_all) {
            (false, _) => "nothing judged",
            (true, true) => "nothing wrong found",
            (true, false) => "nothing else wrong found",
        };
        words.push(calm.to_owned());
    }
    if row.accepted > 0 {
        words.push(format!("{} accepted beforehand", row.accepted));
    }
    if row.milder > 0 {
        words.push(format!("{} milder not shown", row.milder));
    }
    if !row.asked.is_empty() {
        words.push(format!("cannot tell: {}", listed(&row.asked)));
    }
    words.join("; ")
}

/// The rules, each severity said once.
fn by_severity(named: &[Named]) -> String {
    let mut words = Vec::new();
    let mut left = RULES_SHOWN;
    for same in named.chunk_by(|one, other| one.severity == other.severity) {
        if left == 0 {
            break;
        }
        let shown = same.get(..left.min(same.len())).unwrap_or_default();
        let severity = shown.first().map_or("", |named| &*named.severity);
        words.push(format!("{severity}: {}", each(shown)));
        left -= shown.len();
    }
    let more = named.len().saturating_sub(RULES_SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", words.join("; "))
}

fn listed(named: &[Named]) -> String {
    let shown = named.get(..RULES_SHOWN.min(named.len())).unwrap_or_default();
    let more = named.len().saturating_sub(RULES_SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", each(shown))
}

fn each(named: &[Named]) -> String {
    let one = |named: &Named| match named.count {
        1 => named.rule.to_string(),
        count => format!("{} ({count})", named.rule),
    };
    named.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// How many there are, and how many stand how.
fn totals(triage: &Triage) -> String {
    let of = |standing: TriageStatus| {
        triage.rows.iter().filter(|row| row.standing() == standing).count()
    };
    let mut ids: Vec<_> = triage.rows.iter().filter_map(|row| row.cluster.as_deref()).collect();
    let nameless = triage.rows.len() - ids.len();
    ids.sort_unstable();
    ids.dedup();
    let counts = [
        (of(TriageStatus::Caused), "with a root cause"),
        (of(TriageStatus::Symptoms), "with symptoms without their cause"),
        (of(TriageStatus::Noted), "with notes only"),
        (of(TriageStatus::Healthy), "healthy"),
        (of(TriageStatus::Accepted), "with nothing but what was accepted or is milder"),
        (of(TriageStatus::Undecided), "undecided"),
        (triage.failed.len(), "not read"),
    ];
    let is_said = |(n, _): &&(usize, &str)| *n > 0;
    let counts: Vec<_> =
        counts.iter().filter(is_said).map(|(n, words)| format!("{n} {words}")).collect();
    let clusters = count(ids.len() + nameless, "cluster", "clusters");
    let of = match triage.rows.len() {
        reports if reports == ids.len() + nameless => clusters,
        reports => format!("{} on {clusters}", count(reports, "report", "reports")),
    };
    let not_asked = triage.rows.iter().map(|row| row.not_asked).max().unwrap_or(0);
    let not_asked = match not_asked {
        0 => String::new(),
        n => format!("; {} not asked", count(n, "rule was", "rules were")),
    };
    let archives = count(triage.inputs, "archive", "archives");
    format!("{archives}, {of}: {}{not_asked}", counts.join(", "))
}

#[cfg(test)]
mod tests;
