//! The part of a report that its row is made of, from the report itself or from its line of JSON.
//!
//! A line comes from a file that anybody may have written: whatever it says becomes [`SafeText`].

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Row, counted, rank};
use crate::report::{self, Report};
use crate::safe::SafeText;

/// What a row needs of a report.
#[derive(Debug, Deserialize)]
pub(crate) struct Facts {
    pub(crate) archive: Archive,
    cluster: Cluster,
    findings: Vec<Finding>,
    unknown: Vec<Unknown>,
    healthy: Vec<IgnoredAny>,
    damage: Vec<IgnoredAny>,
    suppressed: Vec<IgnoredAny>,
    left_out: LeftOut,
}

/// What the caller chose not to ask or to see.
#[derive(Debug, Deserialize)]
struct LeftOut {
    rules: usize,
    findings: usize,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Archive {
    pub(crate) path: String,
    roots: Vec<String>,
    truncated: bool,
}

#[derive(Debug, Deserialize)]
struct Cluster {
    distribution: String,
    id: Option<String>,
    version: Option<String>,
    update: Option<Update>,
}

#[derive(Debug, Deserialize)]
struct Update {
    state: String,
    age: Option<String>,
    pace: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    rule: String,
    severity: String,
    role: String,
    explained_by: Vec<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Unknown {
    rule: String,
    concerns: Vec<IgnoredAny>,
}

impl Facts {
    /// The row, which tells its cluster from the others of the same input.
    pub(super) fn row(&self, all: &[Self]) -> Row {
        let cluster = &self.cluster;
        let of_role = |role: &str| {
            let leads = self.findings.iter().filter(move |finding| {
                finding.explained_by.is_empty() && rank(&finding.severity) > 0
            });
            let of_role = leads.filter(|finding| finding.role == role);
            counted(of_role.map(|finding| (&*finding.rule, &*finding.severity)))
        };
        let asked = self.unknown.iter().filter(|unknown| !unknown.concerns.is_empty());
        let worst = self.findings.iter().max_by_key(|finding| rank(&finding.severity));
        let name = |words: &Option<String>| words.as_deref().map(SafeText::name);
        Row {
            path: SafeText::name(&self.archive.path),
            within: self.within(all),
            cluster: name(&cluster.id),
            version: name(&cluster.version),
            update: SafeText::name(&cluster.update()),
            is_stalled: cluster.is_stalled(),
            causes: of_role("cause"),
            symptoms: of_role("symptom"),
            notes: of_role("context"),
            asked: counted(asked.map(|unknown| (&*unknown.rule, ""))),
            unknown: self.unknown.len(),
            damage: self.damage.len(),
            accepted: self.suppressed.len(),
            milder: self.left_out.findings,
            not_asked: self.left_out.rules,
            is_truncated: self.archive.truncated,
            is_judged: !self.healthy.is_empty() || !self.findings.is_empty(),
            worst: worst.map(|finding| SafeText::name(&finding.severity)),
        }
    }

    /// The folder that only this cluster has.
    fn within(&self, all: &[Self]) -> Option<SafeText> {
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

impl Cluster {
    /// What is said of its way to another version. Only what holds a ClusterVersion can be settled.
    fn update(&self) -> String {
        match &self.update {
            Some(update) => {
                let age = update.age.as_ref().map(|age| format!(" {age}")).unwrap_or_default();
                let pace = update.pace.as_deref().filter(|pace| *pace != "normal");
                let pace = pace.map(|pace| format!(", {pace}")).unwrap_or_default();
                format!("{}{age}{pace}", update.state)
            }
            None if self.version.is_some() && self.distribution != "Kubernetes" => {
                "settled".to_owned()
            }
            None => String::new(),
        }
    }

    fn is_stalled(&self) -> bool {
        self.update.as_ref().is_some_and(|update| update.pace.as_deref() == Some("stalled"))
    }
}

impl From<&Report> for Facts {
    fn from(report: &Report) -> Self {
        let archive = &report.archive;
        let owned = |words: &SafeText| words.as_str().to_owned();
        let cluster = &report.cluster;
        Self {
            archive: Archive {
                path: owned(&archive.path),
                roots: archive.roots.iter().map(owned).collect(),
                truncated: archive.truncated,
            },
            cluster: Cluster {
                distribution: cluster.distribution.to_owned(),
                id: cluster.id.as_ref().map(owned),
                version: cluster.version.as_ref().map(owned),
                update: cluster.update.as_ref().map(Update::from),
            },
            findings: report.findings.iter().map(Finding::from).collect(),
            unknown: report.unknown.iter().map(Unknown::from).collect(),
            healthy: ignored(report.healthy.len()),
            damage: ignored(report.damage.len()),
            suppressed: ignored(report.suppressed.len()),
            left_out: LeftOut { rules: report.left_out.rules, findings: report.left_out.findings },
        }
    }
}

impl From<&report::Update> for Update {
    fn from(update: &report::Update) -> Self {
        Self {
            state: update.state.to_owned(),
            age: update.age.clone(),
            pace: update.pace.map(str::to_owned),
        }
    }
}

impl From<&report::Finding> for Finding {
    fn from(finding: &report::Finding) -> Self {
        Self {
            rule: finding.rule.to_owned(),
            severity: finding.severity.to_owned(),
            role: finding.role.to_owned(),
            explained_by: ignored(finding.explained_by.len()),
        }
    }
}

impl From<&report::Unknown> for Unknown {
    fn from(unknown: &report::Unknown) -> Self {
        Self { rule: unknown.rule.to_owned(), concerns: ignored(unknown.concerns.len()) }
    }
}

/// What is counted and not looked at.
fn ignored(count: usize) -> Vec<IgnoredAny> {
    vec![IgnoredAny; count]
}

fn is_within(root: &str, folder: &str) -> bool {
    root.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
