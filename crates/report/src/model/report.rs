//! What is known of one cluster.

use std::collections::BTreeSet;

use mustknow_rules::{Role, Severity};
use serde::Serialize;

use super::archive::{ArchiveInfo, DamagedFile};
use super::checks::{HealthyCheck, InconclusiveCheck, NotApplicableCheck};
use super::cluster::ClusterInfo;
use super::finding::{Consequence, ReportFinding};
use super::operator::ReportOperator;
use super::selected::{OmittedByChoice, SuppressedFinding};
use super::timeline::TimelineChart;

/// What is known of one cluster in one input.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// The input.
    pub archive: ArchiveInfo,
    /// The cluster.
    pub cluster: ClusterInfo,
    /// Findings: first those that no other finding explains, the most severe first; then the rest.
    pub findings: Vec<ReportFinding>,
    /// Accepted findings; they and what only they explain are not in `findings`.
    pub suppressed: Vec<SuppressedFinding>,
    /// What was not evaluated, or is not shown, because the caller chose so.
    pub left_out: OmittedByChoice,
    /// The state of the ClusterOperators, by name; empty where they were not collected.
    pub operators: Vec<ReportOperator>,
    /// Rules whose result is inconclusive.
    pub unknown: Vec<InconclusiveCheck>,
    /// Rules that examined objects and found no problems.
    pub healthy: Vec<HealthyCheck>,
    /// Rules that do not apply to this cluster.
    pub not_applicable: Vec<NotApplicableCheck>,
    /// What could not be read.
    pub damage: Vec<DamagedFile>,
    /// The events that a page draws; None where no page does.
    #[serde(skip)]
    pub timeline: Option<TimelineChart>,
}

impl Report {
    /// The findings above `info` that no other finding explains.
    pub fn leads(&self) -> impl Iterator<Item = &ReportFinding> {
        self.findings.iter().filter(|finding| finding.leads() && finding.severity > Severity::Info)
    }

    /// The leading causes, the most severe first.
    pub fn root_causes(&self) -> impl Iterator<Item = &ReportFinding> {
        self.leads().filter(|finding| finding.role == Role::Cause)
    }

    /// The leading symptoms, the most severe first: their cause is not in the archive.
    pub fn unexplained(&self) -> impl Iterator<Item = &ReportFinding> {
        self.leads().filter(|finding| finding.role == Role::Symptom)
    }

    /// The leading findings that are context or no more than information.
    pub fn notes(&self) -> impl Iterator<Item = &ReportFinding> {
        let is_note = |finding: &&ReportFinding| {
            finding.severity == Severity::Info || finding.role == Role::Context
        };
        self.findings.iter().filter(|finding| finding.leads()).filter(is_note)
    }

    /// The inconclusive checks that could explain a finding.
    pub fn open_checks(&self) -> impl Iterator<Item = &InconclusiveCheck> {
        self.unknown.iter().filter(|check| !check.concerns.is_empty())
    }

    /// The finding with that number.
    pub fn finding(&self, id: usize) -> Option<&ReportFinding> {
        self.findings.get(id.checked_sub(1)?)
    }

    /// The direct consequences of `finding`: those that follow from none of its other consequences.
    pub fn direct_consequences<'r>(
        &'r self,
        finding: &'r ReportFinding,
    ) -> Vec<(&'r Consequence, &'r ReportFinding)> {
        let steps = || {
            let resolve = |step: &'r Consequence| Some((step, self.finding(step.finding)?));
            finding.explains.iter().filter_map(resolve)
        };
        let indirect: BTreeSet<usize> = steps()
            .flat_map(|(_, other)| {
                let next = other.explains.iter().map(|step| step.finding);
                next.filter(|id| *id != other.id)
            })
            .collect();
        steps().filter(|(step, _)| !indirect.contains(&step.finding)).collect()
    }
}
