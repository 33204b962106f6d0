//! What a reader chose not to see: findings milder than asked for, and findings accepted beforehand.
//!
//! It happens after everything was judged and explained, so what an accepted cause explains goes with
//! it, and a mild cause of something severe stays. What is left out is counted, never silent.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use mustknow_rules::Severity;
use regex::Regex;

use crate::report::{Finding, Report, Subject, Suppressed};
use crate::safe::SafeText;

/// What of each report is to be shown.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The mildest severity that is shown; all where there is none.
    pub least: Option<Severity>,
    /// Findings that were accepted beforehand.
    pub suppressions: Vec<Suppression>,
    /// How many of the known rules do not judge.
    pub rules_left_out: usize,
}

/// A finding that was accepted beforehand.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rule.
    pub rule: String,
    /// The subject as reports write it (`Node/worker-3`), where `*` stands for anything; whatever it
    /// is where there is none.
    pub subject: Option<Pattern>,
    /// The id of the cluster; any where there is none.
    pub cluster: Option<String>,
    /// Why it was accepted.
    pub reason: String,
    /// The last day on which it is accepted, in UTC. The archive's own time is held against it.
    pub until: Date,
}

/// Words in which `*` stands for anything.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads a pattern; None where it is too long.
    pub fn new(words: &str) -> Option<Self> {
        let parts: Vec<_> = words.split('*').map(regex::escape).collect();
        Regex::new(&format!("^(?s:{})$", parts.join(".*"))).ok().map(Self)
    }

    fn is_met_by(&self, subject: &Subject) -> bool {
        self.0.is_match(&subject.to_string())
    }
}

impl Suppression {
    fn covers(&self, report: &Report, finding: &Finding) -> bool {
        let id = report.cluster.id.as_deref();
        finding.rule == self.rule
            && self.cluster.as_deref().is_none_or(|cluster| id == Some(cluster))
            && self.subject.as_ref().is_none_or(|pattern| {
                pattern.is_met_by(&finding.subject)
                    || (!finding.members.is_empty()
                        && finding.members.iter().all(|member| pattern.is_met_by(member)))
            })
    }

    /// Whether the cluster was looked at while this held; not where nobody knows when that was.
    fn held(&self, report: &Report) -> bool {
        let gathered = report.cluster.gathered_at.as_deref();
        let gathered = gathered.and_then(|at| at.parse::<Timestamp>().ok());
        gathered.is_some_and(|at| Offset::UTC.to_datetime(at).date() <= self.until)
    }
}

impl Report {
    /// Takes out what is not to be shown.
    pub fn select(&mut self, selection: &Selection) {
        self.left_out.rules = selection.rules_left_out;
        self.suppress(&selection.suppressions);
        if let Some(least) = selection.least {
            self.drop_milder(least);
        }
    }

    fn suppress(&mut self, suppressions: &[Suppression]) {
        let mut accepted = Vec::new();
        for finding in &self.findings {
            let covering = suppressions.iter().filter(|it| it.covers(self, finding));
            let (held, lapsed): (Vec<_>, Vec<_>) = covering.partition(|it| it.held(self));
            if let Some(first) = held.first() {
                accepted.push((finding.id, *first));
            } else if !lapsed.is_empty() && !self.left_out.lapsed.contains(&finding.rule) {
                self.left_out.lapsed.push(finding.rule);
            }
        }
        let ids: BTreeSet<_> = accepted.iter().map(|(id, _)| *id).collect();
        let gone = self.with_effects(&ids);
        for (id, suppression) in accepted {
            let Some(finding) = self.finding(id) else { continue };
            let effects = self.below(id).intersection(&gone).filter(|id| !ids.contains(id)).count();
            let suppressed = Suppressed {
                rule: finding.rule,
                title: finding.title,
                severity: finding.severity,
                subject: finding.subject.clone(),
                summary: finding.summary.clone(),
                effects,
                reason: SafeText::text(&suppression.reason),
                until: suppression.until.to_string(),
            };
            self.suppressed.push(suppressed);
        }
        self.remove(&gone);
    }

    /// Those findings, and the others that nothing but they explain.
    fn with_effects(&self, ids: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut gone = ids.clone();
        loop {
            let more: Vec<_> = self
                .findings
                .iter()
                .filter(|finding| !gone.contains(&finding.id) && !finding.leads())
                .filter(|finding| finding.explained_by.iter().all(|id| gone.contains(id)))
                .map(|finding| finding.id)
                .collect();
            if more.is_empty() {
                return gone;
            }
            gone.extend(more);
        }
    }

    fn drop_milder(&mut self, least: Severity) {
        let is_severe = |finding: &Finding| Severity::parse(finding.severity) >= Some(least);
        let severe: BTreeSet<_> =
            self.findings.iter().filter(|it| is_severe(it)).map(|it| it.id).collect();
        let mild = self.findings.iter().filter(|finding| {
            !severe.contains(&finding.id) && self.below(finding.id).is_disjoint(&severe)
        });
        let mild: BTreeSet<_> = mild.map(|finding| finding.id).collect();
        self.left_out.findings = mild.len();
        self.remove(&mild);
    }

    /// Everything that follows from a finding, itself not.
    fn below(&self, id: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut next = vec![id];
        while let Some(finding) = next.pop().and_then(|id| self.finding(id)) {
            let steps = finding.explains.iter().map(|step| step.finding);
            next.extend(steps.filter(|step| found.insert(*step)));
        }
        found.remove(&id);
        found
    }

    /// Takes findings out, with every step from and to them, and numbers the others anew.
    fn remove(&mut self, gone: &BTreeSet<usize>) {
        if gone.is_empty() {
            return;
        }
        let number = |id: usize| {
            let before = gone.range(..id).count();
            (!gone.contains(&id)).then_some(id - before)
        };
        let (removed, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.findings).into_iter().partition(|it| gone.contains(&it.id));
        self.findings = kept;
        for finding in &mut self.findings {
            finding.id = number(finding.id).unwrap_or_default();
            finding.explained_by =
                finding.explained_by.iter().copied().filter_map(number).collect();
            finding.explains.retain_mut(|step| match number(step.finding) {
                Some(id) => {
                    step.finding = id;
                    true
                }
                None => false,
            });
        }
        let is_gone = |subject: &Subject| {
            let is_it = |finding: &Finding| finding.subject == *subject;
            removed.iter().any(is_it) && !self.findings.iter().any(is_it)
        };
        for unknown in &mut self.unknown {
            unknown.concerns.retain(|subject| !is_gone(subject));
        }
        self.unknown.sort_by_key(|unknown| (unknown.concerns.is_empty(), unknown.rule));
    }
}
