//! What an object depends on, and what of it is not well, safe to show.

use mustknow_rules::{Role, Severity};
use serde::Serialize;

use super::cluster::ClusterInfo;
use super::subject::ReportSubject;
use super::word;
use crate::redact::SafeText;

/// Name and version of the serialised form.
pub const WHY_SCHEMA: &str = "mustknow/why/v1";

/// The answer about one object of one cluster.
#[derive(Debug, Serialize)]
pub struct WhyReport {
    /// [`WHY_SCHEMA`].
    pub schema: &'static str,
    /// The input, as it was given.
    pub path: SafeText,
    /// The cluster.
    pub cluster: ClusterInfo,
    /// The object, with what it depends on.
    pub object: WhyObject,
    /// The findings that explain what is not well here, and that nothing explains themselves; the
    /// most severe first.
    pub causes: Vec<WhyFinding>,
    /// How many objects were looked at.
    pub examined: usize,
    /// How many were not, because there are too many.
    pub left_out: usize,
}

/// One object, and what it depends on.
#[derive(Debug, Serialize)]
pub struct WhyObject {
    /// The object.
    pub subject: ReportSubject,
    /// How the object above depends on it: `runs on`, `mounts`; None for the first.
    pub relation: Option<&'static str>,
    /// Whether it is well.
    pub state: WhyState,
    /// Its state in words, or why it is not known; empty where it has none.
    pub words: SafeText,
    /// The findings about it, the most severe first.
    pub findings: Vec<WhyFinding>,
    /// What it depends on, as far as something is wrong there or nothing is known of it.
    pub depends_on: Vec<WhyObject>,
    /// How many more of its dependencies are well, with everything below them.
    pub well: usize,
    /// Whether it stands above already, with what it depends on.
    pub repeated: bool,
}

/// Whether an object is well by its own status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyState {
    /// It reports that it is well.
    Well,
    /// It reports a problem.
    Unwell,
    /// It has no status that says either.
    Exists,
    /// It is proved not to exist.
    Absent,
    /// The archive does not show it.
    NotCollected,
}

/// One finding about an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WhyFinding {
    /// The rule.
    pub rule: &'static str,
    /// Whether it is a cause, a symptom or context.
    #[serde(with = "word")]
    pub role: Role,
    /// The severity.
    #[serde(with = "word")]
    pub severity: Severity,
    /// What is wrong.
    pub summary: SafeText,
    /// What to do; empty if it has no remedy.
    pub action: SafeText,
}
