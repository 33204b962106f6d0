//! One bad state of the cluster.

use mustknow_rules::{Certainty, Role, Severity};
use serde::Serialize;

use super::evidence::ReportEvidence;
use super::remedy::ReportRemedy;
use super::subject::ReportSubject;
use super::word;
use crate::redact::SafeText;

/// One bad state.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReportFinding {
    /// Its number in this report, from 1.
    pub id: usize,
    /// The rule.
    pub rule: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// `info`, `warning`, `error` or `critical`.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<Severity>()))
    )]
    pub severity: Severity,
    /// `certain`, `likely` or `possible`.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<Certainty>()))
    )]
    pub certainty: Certainty,
    /// Why its certainty is neither higher nor lower.
    pub certainty_because: SafeText,
    /// `cause`, `symptom` or `context`.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<Role>()))
    )]
    pub role: Role,
    /// The object it is about.
    pub subject: ReportSubject,
    /// The subjects of the findings it aggregates; empty when it stands for itself.
    pub members: Vec<ReportSubject>,
    /// What is wrong.
    pub summary: SafeText,
    /// By which mechanism.
    pub why: SafeText,
    /// Since when, RFC 3339.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub since: Option<String>,
    /// How long that was before the gather time.
    pub age: Option<String>,
    /// What it is based on.
    pub evidence: Vec<ReportEvidence>,
    /// Its consequences.
    pub explains: Vec<Consequence>,
    /// The ids of the findings that explain it; empty for one that leads.
    pub explained_by: Vec<usize>,
    /// What to do.
    pub remedy: Option<ReportRemedy>,
}

/// One step from a finding to another that it explains.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Consequence {
    /// The id of the explained finding.
    pub finding: usize,
    /// How the one leads to the other.
    pub because: &'static str,
}

impl ReportFinding {
    /// Whether no other finding explains it.
    pub fn leads(&self) -> bool {
        self.explained_by.is_empty()
    }
}
