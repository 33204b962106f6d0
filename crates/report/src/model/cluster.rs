//! The cluster of a report.

use mustknow_rules::domain::UpdatePace;
use serde::Serialize;

use super::word::{self, AsWord};
use crate::redact::SafeText;

/// The cluster of a report.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClusterInfo {
    /// `OpenShift`, `OKD` or `Kubernetes`.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<Distribution>()))
    )]
    pub distribution: Distribution,
    /// The cluster id.
    pub id: Option<SafeText>,
    /// The version it has, or is being installed or updated to.
    pub version: Option<SafeText>,
    /// The infrastructure platform.
    pub platform: Option<SafeText>,
    /// The topology of its control plane.
    pub topology: Option<SafeText>,
    /// How many nodes were collected; None when nodes were not.
    pub nodes: Option<usize>,
    /// When the collection ended, RFC 3339.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub gathered_at: Option<String>,
    /// The source of that time.
    pub gathered_by: Option<SafeText>,
    /// The update or installation in progress.
    pub update: Option<UpdateInfo>,
    /// How many objects were read.
    pub objects: usize,
}

/// Which distribution a cluster runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// OpenShift.
    OpenShift,
    /// OKD.
    Okd,
    /// Another distribution of Kubernetes.
    Kubernetes,
}

impl AsWord for Distribution {
    const ALL: &'static [Self] = &[Self::OpenShift, Self::Okd, Self::Kubernetes];

    fn as_str(self) -> &'static str {
        match self {
            Self::OpenShift => "OpenShift",
            Self::Okd => "OKD",
            Self::Kubernetes => "Kubernetes",
        }
    }
}

/// An update or installation that was in progress when the archive was made.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateInfo {
    /// `installing` or `updating`.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<UpdateKind>()))
    )]
    pub state: UpdateKind,
    /// The last completed version.
    pub from: Option<SafeText>,
    /// The target version.
    pub to: SafeText,
    /// When it began, RFC 3339.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub since: Option<String>,
    /// How long that was before the gather time.
    pub age: Option<String>,
    /// The percentage of operators at the new version; None where it is unknown.
    pub done: Option<usize>,
    /// `normal`, `slow` or `stalled`, by the estimate of `oc adm upgrade status`; None where it is unknown.
    #[serde(with = "word::option")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", extend("enum" = word::vocabulary_or_null::<UpdatePace>()))
    )]
    pub pace: Option<UpdatePace>,
}

/// What is in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateKind {
    /// The installation.
    Installing,
    /// An update.
    Updating,
}

impl AsWord for UpdateKind {
    const ALL: &'static [Self] = &[Self::Installing, Self::Updating];

    fn as_str(self) -> &'static str {
        match self {
            Self::Installing => "installing",
            Self::Updating => "updating",
        }
    }
}
