//! The rows of the table, and how each is made.

use std::cmp::Reverse;

use mustknow_rules::{Role, Severity};

use super::source::RowSource;
use super::status::{TriageStatus, Urgency};
use crate::model::{Failed, Report};
use crate::redact::SafeText;

/// How many rules of each kind a row holds; a line from another source may name many more.
const RULES_KEPT: usize = 500;

/// The result of many inputs.
#[derive(Debug, Default)]
pub struct Triage {
    /// One row for each cluster, in the order of the inputs.
    pub rows: Vec<TriageRow>,
    /// Inputs that could not be read at all.
    pub failed: Vec<Failed>,
    /// How many inputs there were.
    pub inputs: usize,
}

/// One cluster in one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriageRow {
    /// The input, as it was given.
    pub path: SafeText,
    /// The folder in it that only this cluster has, where it holds several.
    pub within: Option<SafeText>,
    /// The cluster id.
    pub cluster: Option<SafeText>,
    /// The version.
    pub version: Option<SafeText>,
    /// The state of the update; empty where it is unknown.
    pub update: SafeText,
    /// Whether an update or installation is stalled.
    pub is_stalled: bool,
    /// The summary of the first root cause, or of the first unexplained symptom.
    pub lead: Option<SafeText>,
    /// The root causes, the most severe first.
    pub causes: Vec<RuleCount>,
    /// The unexplained symptoms, the most severe first.
    pub symptoms: Vec<RuleCount>,
    /// What else leads and is above `info`.
    pub notes: Vec<RuleCount>,
    /// Inconclusive checks that could explain a finding.
    pub open_checks: Vec<RuleCount>,
    /// How many checks are inconclusive.
    pub inconclusive: usize,
    /// How many files could not be read.
    pub damage: usize,
    /// How many findings are accepted.
    pub accepted: usize,
    /// How many findings are below the requested severity.
    pub milder: usize,
    /// How many rules were not evaluated.
    pub not_evaluated: usize,
    /// Whether the input is truncated, or was not read to its end.
    pub is_truncated: bool,
    /// Whether any rule examined anything.
    pub is_judged: bool,
    /// The severity of the most severe finding, whether it leads or not.
    pub worst: Option<Severity>,
}

/// A rule, and how many findings it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCount {
    /// The rule.
    pub rule: SafeText,
    /// The severity of its findings; None for a rule without findings.
    pub severity: Option<Severity>,
    /// How many.
    pub count: usize,
}

/// The rows of the reports on one input.
pub fn rows(reports: &[Report]) -> Vec<TriageRow> {
    from_sources(&reports.iter().map(RowSource::from).collect::<Vec<_>>())
}

/// The rows of one input.
pub(crate) fn from_sources(all: &[RowSource]) -> Vec<TriageRow> {
    all.iter().map(|source| row(source, all)).collect()
}

impl TriageRow {
    /// The status of the cluster.
    pub fn status(&self) -> TriageStatus {
        let is_open = self.is_truncated || self.damage > 0 || !self.open_checks.is_empty();
        if !self.causes.is_empty() {
            TriageStatus::Caused
        } else if !self.symptoms.is_empty() {
            TriageStatus::Symptoms
        } else if !self.notes.is_empty() {
            TriageStatus::Noted
        } else if is_open || !self.is_judged {
            TriageStatus::Undecided
        } else if self.accepted + self.milder > 0 {
            TriageStatus::Accepted
        } else {
            TriageStatus::Healthy
        }
    }

    /// The order of rows in the table.
    pub(crate) fn urgency(&self) -> Urgency {
        let worst = |counts: &[RuleCount]| counts.iter().filter_map(|it| it.severity).max();
        Urgency::new(self.status(), worst(&self.causes), self.is_stalled, worst(&self.symptoms))
    }
}

fn row(source: &RowSource, all: &[RowSource]) -> TriageRow {
    let cluster = &source.cluster;
    let leads = |role: Role| {
        source.findings.iter().filter(move |finding| finding.leads() && finding.role == role)
    };
    let counts = |role| count(leads(role).map(|it| (&*it.rule, Some(it.severity))));
    let open_checks = source.unknown.iter().filter(|check| !check.concerns.is_empty());
    let lead = leads(Role::Cause).chain(leads(Role::Symptom)).next();
    let name = |text: &Option<String>| text.as_deref().map(SafeText::name);
    TriageRow {
        path: SafeText::own_line(&source.archive.path),
        within: source.within(all),
        cluster: name(&cluster.id),
        version: name(&cluster.version),
        update: SafeText::name(&cluster.update()),
        is_stalled: cluster.is_stalled(),
        lead: lead.map(|finding| SafeText::name(&one_line(&finding.summary))),
        causes: counts(Role::Cause),
        symptoms: counts(Role::Symptom),
        notes: counts(Role::Context),
        open_checks: count(open_checks.map(|check| (&*check.rule, None))),
        inconclusive: source.unknown.len(),
        damage: source.damage.len(),
        accepted: source.suppressed.len(),
        milder: source.left_out.findings,
        not_evaluated: source.left_out.rules,
        is_truncated: source.archive.truncated,
        is_judged: !source.healthy.is_empty() || !source.findings.is_empty(),
        worst: source.findings.iter().map(|finding| finding.severity).max(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rules with the number of their findings, the most severe first, otherwise in order of appearance.
pub(super) fn count<'f>(
    found: impl Iterator<Item = (&'f str, Option<Severity>)>,
) -> Vec<RuleCount> {
    let mut counts: Vec<RuleCount> = Vec::new();
    for (rule, severity) in found {
        let has_room = counts.len() < RULES_KEPT;
        let is_it = |known: &&mut RuleCount| *known.rule == *rule && known.severity == severity;
        match counts.iter_mut().find(is_it) {
            Some(known) => known.count += 1,
            None if has_room => {
                counts.push(RuleCount { rule: SafeText::name(rule), severity, count: 1 });
            }
            None => {}
        }
    }
    counts.sort_by_key(|count| Reverse(count.severity));
    counts
}
