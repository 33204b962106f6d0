//! The rules without a finding.

use mustknow_rules::GapKind;
use serde::Serialize;

use super::subject::ReportSubject;
use super::word;
use crate::redact::SafeText;

/// A rule whose result is inconclusive.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InconclusiveCheck {
    /// The rule.
    pub rule: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// `not-collected`, `damaged`, `truncated`, `redacted`, `field-absent` or `crashed`.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<GapKind>()))
    )]
    pub gap: GapKind,
    /// What is missing.
    pub what: SafeText,
    /// Commands that collect it.
    pub ask: Vec<SafeText>,
    /// Subjects of findings that the rule could explain.
    pub concerns: Vec<ReportSubject>,
}

/// A rule that examined objects and found no problems.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HealthyCheck {
    /// The rule.
    pub rule: &'static str,
    /// How many objects it examined.
    pub examined: usize,
}

/// A rule that does not apply to this cluster.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotApplicableCheck {
    /// The rule.
    pub rule: &'static str,
    /// Why.
    pub why: SafeText,
}
