//! What is kept of a report when there are hundreds of them: what a row of the table needs.
//!
//! A row is made of a report or of its line of JSON, and both give the same: who goes on where an earlier
//! call stopped sees the table that one call would have shown.

mod facts;

use std::cmp::Reverse;

use crate::report::{Failed, Report};
use crate::safe::SafeText;
pub(crate) use facts::Facts;

/// How many rules a row names of each sort; ours are fewer, a stranger's may be many.
const RULES_KEPT: usize = 500;

/// What is known of many inputs.
#[derive(Debug, Default)]
pub struct Triage {
    /// One row for each cluster, in the order of the inputs.
    pub rows: Vec<Row>,
    /// Inputs that could not be read at all.
    pub failed: Vec<Failed>,
    /// How many inputs there were.
    pub inputs: usize,
}

/// One cluster in one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The input, as it was given.
    pub path: SafeText,
    /// The folder in it that only this cluster has, where it holds several.
    pub within: Option<SafeText>,
    /// The cluster id.
    pub cluster: Option<SafeText>,
    /// The version.
    pub version: Option<SafeText>,
    /// Whether it is going to another version, and how; empty where nobody can tell.
    pub update: SafeText,
    /// Whether an update or installation stands still.
    pub is_stalled: bool,
    /// The root causes, the worst first.
    pub causes: Vec<Named>,
    /// The symptoms without their cause, the worst first.
    pub symptoms: Vec<Named>,
    /// What else leads and is worse than information.
    pub notes: Vec<Named>,
    /// Rules that would explain a finding and could not judge.
    pub asked: Vec<Named>,
    /// How many rules could not judge.
    pub unknown: usize,
    /// How much could not be read.
    pub damage: usize,
    /// How many findings were accepted beforehand.
    pub accepted: usize,
    /// How many are milder than asked for.
    pub milder: usize,
    /// How many rules were not asked.
    pub not_asked: usize,
    /// Whether the input broke off, or was not read to its end.
    pub is_truncated: bool,
    /// Whether any rule looked at anything.
    pub is_judged: bool,
    /// The severity of the worst finding, whether it leads or not; none where nothing was found.
    pub worst: Option<SafeText>,
}

/// A rule, and how often it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The rule.
    pub rule: SafeText,
    /// How severe what it found is.
    pub severity: SafeText,
    /// How many findings.
    pub count: usize,
}

/// How a cluster stands, the least urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TriageStatus {
    /// Nothing wrong was found.
    Healthy,
    /// Nothing wrong is shown, and something was found that the caller chose not to see.
    Accepted,
    /// Nothing wrong was found, and it was not read whole or a question stands open.
    Undecided,
    /// Nothing but context is worth knowing.
    Noted,
    /// Something is wrong that has no cause in the archive.
    Symptoms,
    /// What something else follows from was found.
    Caused,
}

/// The rows of the reports on one input.
pub fn rows(reports: &[Report]) -> Vec<Row> {
    of_facts(&reports.iter().map(Facts::from).collect::<Vec<_>>())
}

/// The rows of one input.
pub(crate) fn of_facts(all: &[Facts]) -> Vec<Row> {
    all.iter().map(|facts| facts.row(all)).collect()
}

impl Row {
    /// How the cluster stands.
    pub fn standing(&self) -> TriageStatus {
        let is_open = self.is_truncated || self.damage > 0 || !self.asked.is_empty();
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

    /// What stands the higher in the table the more it is.
    ///
    /// What does not work now comes before what will hurt: root causes that are errors and worse, updates
    /// that stand still, symptoms that are errors and worse, then warnings in the same order.
    pub(crate) fn urgency(&self) -> (u8, u8, bool, u8) {
        let worst = |named: &[Named]| named.iter().map(|named| rank(&named.severity)).max();
        let cause = worst(&self.causes).unwrap_or(0);
        let symptom = worst(&self.symptoms).unwrap_or(0);
        let class = match self.standing() {
            _ if cause > 1 => 7,
            _ if self.is_stalled => 6,
            _ if symptom > 1 => 5,
            TriageStatus::Caused => 4,
            TriageStatus::Symptoms => 3,
            TriageStatus::Noted => 2,
            TriageStatus::Undecided => UNDECIDED,
            TriageStatus::Accepted | TriageStatus::Healthy => 0,
        };
        (class, cause, self.is_stalled, symptom)
    }
}

/// The class in which inputs stand that could not be read.
pub(crate) const UNDECIDED: u8 = 1;

/// A severity as a number.
pub(crate) fn rank(severity: &str) -> u8 {
    match severity {
        "critical" => 3,
        "error" => 2,
        "warning" => 1,
        _ => 0,
    }
}

/// The rules once each with how often, the worst first and equals in the order they were found in.
fn counted<'f>(found: impl Iterator<Item = (&'f str, &'f str)>) -> Vec<Named> {
    let mut counted: Vec<Named> = Vec::new();
    for (rule, severity) in found {
        let has_room = counted.len() < RULES_KEPT;
        let is_it = |known: &&mut Named| *known.rule == *rule && *known.severity == *severity;
        match counted.iter_mut().find(is_it) {
            Some(named) => named.count += 1,
            None if has_room => counted.push(Named {
                rule: SafeText::name(rule),
                severity: SafeText::name(severity),
                count: 1,
            }),
            None => {}
        }
    }
    counted.sort_by_key(|named| Reverse(rank(&named.severity)));
    counted
}

#[cfg(test)]
mod tests;
