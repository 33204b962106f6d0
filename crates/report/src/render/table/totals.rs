//! The last line of the table: how many clusters have which status.

use crate::render::summary::count;
use crate::triage::{Triage, TriageStatus};

/// How many archives and clusters there are, and how many have which status.
pub(super) fn totals(triage: &Triage) -> String {
    let with = |status| triage.rows.iter().filter(|row| row.status() == status).count();
    let mut ids: Vec<_> = triage.rows.iter().filter_map(|row| row.cluster.as_deref()).collect();
    let without_id = triage.rows.len() - ids.len();
    ids.sort_unstable();
    ids.dedup();
    let counts = [
        (with(TriageStatus::Caused), "with a root cause"),
        (with(TriageStatus::Symptoms), "with unexplained symptoms only"),
        (with(TriageStatus::Noted), "with notes only"),
        (with(TriageStatus::Healthy), "healthy"),
        (with(TriageStatus::Accepted), "with accepted or milder findings only"),
        (with(TriageStatus::Undecided), "undecided"),
        (triage.failed.len(), "not read"),
    ];
    let present = counts.iter().filter(|(n, _)| *n > 0);
    let counts: Vec<_> = present.map(|(n, text)| format!("{n} {text}")).collect();
    let clusters = count(ids.len() + without_id, "cluster", "clusters");
    let reports = match triage.rows.len() {
        reports if reports == ids.len() + without_id => clusters,
        reports => format!("{} on {clusters}", count(reports, "report", "reports")),
    };
    let not_evaluated = match triage.rows.iter().map(|row| row.not_evaluated).max() {
        None | Some(0) => String::new(),
        Some(n) => format!("; {} not evaluated", count(n, "rule was", "rules were")),
    };
    let archives = count(triage.inputs, "archive", "archives");
    format!("{archives}, {reports}: {}{not_evaluated}", counts.join(", "))
}
