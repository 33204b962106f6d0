//! The state of a ClusterOperator.

use serde::Serialize;

use super::word::{self, AsWord};
use crate::redact::SafeText;

/// The state of a ClusterOperator.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReportOperator {
    /// Its name.
    pub name: SafeText,
    /// The version it has rolled out.
    pub version: Option<SafeText>,
    /// By its conditions: `unavailable` before `degraded` before `progressing` before `available`;
    /// `unknown` where it does not report whether it is available.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<ReportOperatorState>()))
    )]
    pub state: ReportOperatorState,
    /// The lastTransitionTime of the condition that decides, RFC 3339.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub since: Option<String>,
    /// How long that was before the gather time.
    pub age: Option<String>,
    /// The reason of the condition.
    pub reason: SafeText,
    /// Its message.
    pub message: SafeText,
    /// The operators of this cluster that it depends on.
    pub needs: Vec<OperatorNeed>,
}

/// A dependency of an operator.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OperatorNeed {
    /// The name of the operator it depends on.
    pub operator: &'static str,
    /// What for.
    pub because: &'static str,
}

/// The state of a ClusterOperator by its conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportOperatorState {
    /// Available, and neither degraded nor progressing.
    Available,
    /// Available and progressing.
    Progressing,
    /// Available and degraded.
    Degraded,
    /// Not available.
    Unavailable,
    /// It does not report whether it is available.
    Unknown,
}

impl AsWord for ReportOperatorState {
    const ALL: &'static [Self] =
        &[Self::Available, Self::Progressing, Self::Degraded, Self::Unavailable, Self::Unknown];

    fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Progressing => "progressing",
            Self::Degraded => "degraded",
            Self::Unavailable => "unavailable",
            Self::Unknown => "unknown",
        }
    }
}
