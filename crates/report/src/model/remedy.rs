//! What to do about a finding.

use serde::Serialize;

use super::word::{self, AsWord};
use crate::redact::SafeText;

/// What to do.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReportRemedy {
    /// The action.
    pub what: SafeText,
    /// The commands of the action; empty when a precondition is violated.
    pub commands: Vec<SafeText>,
    /// Whether commands are withheld because a precondition is violated.
    pub withheld: bool,
    /// Commands that verify the action.
    pub verify: Vec<SafeText>,
    /// Its side effects.
    pub side_effects: Vec<SafeText>,
    /// Its preconditions.
    pub before_you_act: Vec<ReportPrecondition>,
}

/// What must hold before a remedy is applied.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReportPrecondition {
    /// What must hold.
    pub what: SafeText,
    /// `verified`, `by-hand` or `violated`.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<PreconditionState>()))
    )]
    pub state: PreconditionState,
    /// What the archive shows, or the command that checks it.
    pub how: SafeText,
}

/// Whether a precondition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreconditionState {
    /// The archive shows that it holds.
    Verified,
    /// It has to be checked manually.
    Manual,
    /// The archive shows that it does not hold.
    Violated,
}

impl AsWord for PreconditionState {
    const ALL: &'static [Self] = &[Self::Verified, Self::Manual, Self::Violated];

    fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Manual => "by-hand",
            Self::Violated => "violated",
        }
    }
}
