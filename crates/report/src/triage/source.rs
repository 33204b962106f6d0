//! The part of a report that its row is made of, from the report itself or from its line of JSON.
//!
//! A line comes from a file that anybody may have written: every text in it becomes [`SafeText`].

use mustknow_rules::domain::UpdatePace;
use mustknow_rules::{Role, Severity};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::model::{
    AsWord, Distribution, InconclusiveCheck, Report, ReportFinding, UpdateInfo, UpdateKind, word,
};
use crate::redact::SafeText;

/// What a row needs of a report.
#[derive(Debug, Deserialize)]
pub(crate) struct RowSource {
    pub(crate) archive: TriageArchive,
    pub(super) cluster: TriageCluster,
    pub(super) findings: Vec<TriageFinding>,
    pub(super) unknown: Vec<TriageUnknown>,
    pub(super) healthy: Vec<IgnoredAny>,
    pub(super) damage: Vec<IgnoredAny>,
    pub(super) suppressed: Vec<IgnoredAny>,
    pub(super) left_out: TriageOmitted,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TriageArchive {
    pub(crate) path: String,
    roots: Vec<String>,
    pub(super) truncated: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct TriageCluster {
    #[serde(with = "word")]
    distribution: Distribution,
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    update: Option<TriageUpdate>,
}

#[derive(Debug, Deserialize)]
struct TriageUpdate {
    #[serde(with = "word")]
    state: UpdateKind,
    age: Option<String>,
    #[serde(with = "word::option", default)]
    pace: Option<UpdatePace>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TriageFinding {
    pub(super) rule: String,
    #[serde(with = "word")]
    pub(super) severity: Severity,
    #[serde(with = "word")]
    pub(super) role: Role,
    pub(super) summary: String,
    explained_by: Vec<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TriageUnknown {
    pub(super) rule: String,
    pub(super) concerns: Vec<IgnoredAny>,
}

/// What the caller chose to leave out.
#[derive(Debug, Deserialize)]
pub(super) struct TriageOmitted {
    pub(super) rules: usize,
    pub(super) findings: usize,
}

impl RowSource {
    /// The folder that only this cluster has.
    pub(super) fn within(&self, all: &[Self]) -> Option<SafeText> {
        let others = || all.iter().filter(|other| !std::ptr::eq(*other, self));
        let other_roots: Vec<&String> = others().flat_map(|other| &other.archive.roots).collect();
        let (first, rest) = self.archive.roots.split_first()?;
        if other_roots.is_empty() || first.is_empty() {
            return None;
        }
        let ends = first.match_indices('/').map(|(end, _)| end).chain([first.len()]);
        let mut shown = "";
        for folder in ends.filter_map(|end| first.get(..end)) {
            if !rest.iter().all(|root| is_within(root, folder)) {
                break;
            }
            shown = folder;
            if !other_roots.iter().any(|root| is_within(root, folder)) {
                break;
            }
        }
        (!shown.is_empty()).then(|| SafeText::name(shown))
    }
}

impl TriageFinding {
    /// Whether it is above `info` and no other finding explains it.
    pub(super) fn leads(&self) -> bool {
        self.explained_by.is_empty() && self.severity > Severity::Info
    }
}

impl TriageCluster {
    /// The state of the update in words; empty without a ClusterVersion.
    pub(super) fn update(&self) -> String {
        match &self.update {
            Some(update) => {
                let age = update.age.as_ref().map(|age| format!(" {age}")).unwrap_or_default();
                let pace = update.pace.filter(|pace| *pace != UpdatePace::OnTime);
                let pace = pace.map(|pace| format!(", {}", pace.as_str())).unwrap_or_default();
                format!("{}{age}{pace}", update.state.as_str())
            }
            None if self.version.is_some() && self.distribution != Distribution::Kubernetes => {
                "completed".to_owned()
            }
            None => String::new(),
        }
    }

    pub(super) fn is_stalled(&self) -> bool {
        self.update.as_ref().is_some_and(|update| update.pace == Some(UpdatePace::Stalled))
    }
}

impl From<&Report> for RowSource {
    fn from(report: &Report) -> Self {
        let archive = &report.archive;
        let owned = |text: &SafeText| text.as_str().to_owned();
        let cluster = &report.cluster;
        Self {
            archive: TriageArchive {
                path: owned(&archive.path),
                roots: archive.roots.iter().map(owned).collect(),
                truncated: archive.truncated,
            },
            cluster: TriageCluster {
                distribution: cluster.distribution,
                id: cluster.id.as_ref().map(owned),
                version: cluster.version.as_ref().map(owned),
                update: cluster.update.as_ref().map(TriageUpdate::from),
            },
            findings: report.findings.iter().map(TriageFinding::from).collect(),
            unknown: report.unknown.iter().map(TriageUnknown::from).collect(),
            healthy: ignored(report.healthy.len()),
            damage: ignored(report.damage.len()),
            suppressed: ignored(report.suppressed.len()),
            left_out: TriageOmitted {
                rules: report.left_out.rules,
                findings: report.left_out.findings,
            },
        }
    }
}

impl From<&UpdateInfo> for TriageUpdate {
    fn from(update: &UpdateInfo) -> Self {
        Self { state: update.state, age: update.age.clone(), pace: update.pace }
    }
}

impl From<&ReportFinding> for TriageFinding {
    fn from(finding: &ReportFinding) -> Self {
        Self {
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            role: finding.role,
            summary: finding.summary.as_str().to_owned(),
            explained_by: ignored(finding.explained_by.len()),
        }
    }
}

impl From<&InconclusiveCheck> for TriageUnknown {
    fn from(check: &InconclusiveCheck) -> Self {
        Self { rule: check.rule.to_owned(), concerns: ignored(check.concerns.len()) }
    }
}

/// Entries of which only the number matters.
fn ignored(count: usize) -> Vec<IgnoredAny> {
    vec![IgnoredAny; count]
}

fn is_within(root: &str, folder: &str) -> bool {
    root.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
