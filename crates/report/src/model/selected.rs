//! What the caller chose to leave out of a report.

use mustknow_rules::Severity;
use serde::Serialize;

use super::subject::ReportSubject;
use super::word;
use crate::redact::SafeText;

/// A finding that the settings accept.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SuppressedFinding {
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
    /// The object it is about.
    pub subject: ReportSubject,
    /// What is wrong.
    pub summary: SafeText,
    /// How many findings are left out with it because only it explains them.
    pub effects: usize,
    /// Why it was accepted.
    pub reason: SafeText,
    /// The last day on which it is accepted.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date")))]
    pub until: String,
}

/// What was not evaluated, or is not shown, because the caller chose so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OmittedByChoice {
    /// How many of the rules were not evaluated.
    pub rules: usize,
    /// How many findings are below the requested severity and explain nothing above it.
    pub findings: usize,
    /// Rules of findings whose acceptance had expired at the gather time.
    pub lapsed: Vec<&'static str>,
}
