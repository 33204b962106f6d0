//! What a caller chose not to see: findings below a severity, and accepted findings.
//!
//! Selection follows judgement and causality, so the consequences of an accepted cause go with it, and a
//! mild cause of something severe stays. What is left out is counted.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use mustknow_rules::Severity;
use regex::Regex;

use crate::model::{Report, ReportFinding, ReportSubject, SuppressedFinding};
use crate::redact::SafeText;

/// Which findings of each report to show.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The least severity that is shown; all where it is None.
    pub least: Option<Severity>,
    /// Accepted findings.
    pub suppressions: Vec<Suppression>,
    /// How many of the rules are not evaluated.
    pub rules_left_out: usize,
}

/// An accepted finding.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rule.
    pub rule: String,
    /// The subject as reports write it (`Node/worker-3`), where `*` stands for anything; any subject
    /// where it is None.
    pub subject: Option<Pattern>,
    /// The id of the cluster; any cluster where it is None.
    pub cluster: Option<String>,
    /// Why it was accepted.
    pub reason: String,
    /// The last day on which it is accepted, in UTC, compared with the gather time.
    pub until: Date,
}

/// A text in which `*` stands for anything.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads a pattern; None where it is too long.
    pub fn new(text: &str) -> Option<Self> {
        let parts: Vec<_> = text.split('*').map(regex::escape).collect();
        Regex::new(&format!("^(?s:{})$", parts.join(".*"))).ok().map(Self)
    }

    fn matches(&self, subject: &ReportSubject) -> bool {
        self.0.is_match(&subject.to_string())
    }
}

impl Suppression {
    fn covers(&self, report: &Report, finding: &ReportFinding) -> bool {
        let id = report.cluster.id.as_deref();
        finding.rule == self.rule
            && self.cluster.as_deref().is_none_or(|cluster| id == Some(cluster))
            && self.subject.as_ref().is_none_or(|pattern| {
                pattern.matches(&finding.subject)
                    || (!finding.members.is_empty()
                        && finding.members.iter().all(|member| pattern.matches(member)))
            })
    }

    /// Whether it was in force at the gather time; not where that time is unknown.
    fn is_in_force(&self, report: &Report) -> bool {
        let gathered = report.cluster.gathered_at.as_deref();
        let gathered = gathered.and_then(|at| at.parse::<Timestamp>().ok());
        gathered.is_some_and(|at| Offset::UTC.to_datetime(at).date() <= self.until)
    }
}

/// Removes what is not to be shown.
pub(super) fn select(report: &mut Report, selection: &Selection) {
    report.left_out.rules = selection.rules_left_out;
    suppress(report, &selection.suppressions);
    if let Some(least) = selection.least {
        drop_below(report, least);
    }
}

fn suppress(report: &mut Report, suppressions: &[Suppression]) {
    let mut accepted = Vec::new();
    for finding in &report.findings {
        let covering = suppressions.iter().filter(|it| it.covers(report, finding));
        let (in_force, expired): (Vec<_>, Vec<_>) = covering.partition(|it| it.is_in_force(report));
        if let Some(first) = in_force.first() {
            accepted.push((finding.id, *first));
        } else if !expired.is_empty() && !report.left_out.lapsed.contains(&finding.rule) {
            report.left_out.lapsed.push(finding.rule);
        }
    }
    let ids: BTreeSet<_> = accepted.iter().map(|(id, _)| *id).collect();
    let removed = with_consequences(report, &ids);
    for (id, suppression) in accepted {
        let Some(finding) = report.finding(id) else { continue };
        let with_it = consequences(report, id);
        let with_it = with_it.intersection(&removed).filter(|id| !ids.contains(id));
        let suppressed = SuppressedFinding {
            rule: finding.rule,
            title: finding.title,
            severity: finding.severity,
            subject: finding.subject.clone(),
            summary: finding.summary.clone(),
            effects: with_it.count(),
            reason: SafeText::text(&suppression.reason),
            until: suppression.until.to_string(),
        };
        report.suppressed.push(suppressed);
    }
    remove(report, &removed);
}

/// Those findings, and the others that only they explain.
fn with_consequences(report: &Report, ids: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut all = ids.clone();
    loop {
        let more: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| !all.contains(&finding.id) && !finding.leads())
            .filter(|finding| finding.explained_by.iter().all(|id| all.contains(id)))
            .map(|finding| finding.id)
            .collect();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

fn drop_below(report: &mut Report, least: Severity) {
    let severe: BTreeSet<_> = report
        .findings
        .iter()
        .filter(|finding| finding.severity >= least)
        .map(|finding| finding.id)
        .collect();
    let mild = report.findings.iter().filter(|finding| {
        !severe.contains(&finding.id) && consequences(report, finding.id).is_disjoint(&severe)
    });
    let mild: BTreeSet<_> = mild.map(|finding| finding.id).collect();
    report.left_out.findings = mild.len();
    remove(report, &mild);
}

/// Everything that follows from a finding, without itself.
fn consequences(report: &Report, id: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut next = vec![id];
    while let Some(finding) = next.pop().and_then(|id| report.finding(id)) {
        let steps = finding.explains.iter().map(|step| step.finding);
        next.extend(steps.filter(|step| found.insert(*step)));
    }
    found.remove(&id);
    found
}

/// Removes findings with every step from and to them, and renumbers the others.
fn remove(report: &mut Report, ids: &BTreeSet<usize>) {
    if ids.is_empty() {
        return;
    }
    let sorted: Vec<usize> = ids.iter().copied().collect();
    // How many go before it is how much its number falls.
    let number = |id: usize| sorted.binary_search(&id).err().map(|before| id - before);
    let (removed, remaining): (Vec<_>, Vec<_>) =
        std::mem::take(&mut report.findings).into_iter().partition(|it| ids.contains(&it.id));
    report.findings = remaining;
    for finding in &mut report.findings {
        finding.id = number(finding.id).unwrap_or_default();
        finding.explained_by = finding.explained_by.iter().copied().filter_map(number).collect();
        finding.explains.retain_mut(|step| match number(step.finding) {
            Some(id) => {
                step.finding = id;
                true
            }
            None => false,
        });
    }
    let shown: BTreeSet<_> = report.findings.iter().map(|it| it.subject.to_string()).collect();
    let gone: BTreeSet<_> = removed.iter().map(|it| it.subject.to_string()).collect();
    let is_gone = |subject: &ReportSubject| {
        let subject = subject.to_string();
        gone.contains(&subject) && !shown.contains(&subject)
    };
    for check in &mut report.unknown {
        check.concerns.retain(|subject| !is_gone(subject));
    }
    report.unknown.sort_by_key(|check| (check.concerns.is_empty(), check.rule));
}
