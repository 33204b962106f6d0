//! The report: everything a renderer needs, in its final order.
//!
//! Its serialised form is documented in `docs/json.md`; a change that breaks a reader of it
//! changes [`SCHEMA`].

use schemars::JsonSchema;
use serde::Serialize;

use crate::safe::SafeText;
use crate::timeline::TimelineChart;

/// Name and version of the serialised form.
pub const SCHEMA: &str = "mustknow/scan/v1";
/// Name and version of one line of the serialised form that is made of lines.
pub const LINE_SCHEMA: &str = "mustknow/line/v1";

/// What one call of the program found out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Scan {
    /// Name and version of this form.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: &'static str,
    /// The program.
    pub tool: Tool,
    /// One report for each cluster, in the order of the inputs.
    pub reports: Vec<Report>,
    /// Inputs that could not be read at all.
    pub failed: Vec<Failed>,
}

/// The program that made a report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// How many rules it judged by.
    pub rules: usize,
}

/// An input that could not be read at all.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Failed {
    /// The input, as it was given.
    pub path: SafeText,
    /// Why.
    pub error: SafeText,
}

/// What is known of one cluster in one input.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The input.
    pub archive: Archive,
    /// The cluster.
    pub cluster: Cluster,
    /// Findings: first those that nothing else explains, the most severe first; then the rest.
    pub findings: Vec<Finding>,
    /// Findings that were accepted beforehand; they and what only they explain are not in `findings`.
    pub suppressed: Vec<Suppressed>,
    /// What was not asked, or is not shown, because the reader chose so.
    pub left_out: LeftOut,
    /// How the ClusterOperators stand, by name; empty where they were not collected.
    pub operators: Vec<Operator>,
    /// What could not be judged.
    pub unknown: Vec<Unknown>,
    /// Rules that examined something and found nothing wrong.
    pub healthy: Vec<Healthy>,
    /// Rules whose question does not arise.
    pub not_applicable: Vec<NotApplicable>,
    /// What could not be read.
    pub damage: Vec<Damage>,
    /// What happened when, for a page that draws it; empty where nobody asked for it.
    #[serde(skip)]
    pub history: TimelineChart,
}

/// The input a report is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Archive {
    /// The input, as it was given.
    pub path: SafeText,
    /// What made it: `must-gather`, `kubectl cluster-info dump`, ...; several where several were
    /// put together.
    pub format: SafeText,
    /// The folders in it that hold the cluster.
    pub roots: Vec<SafeText>,
    /// How many entries it has.
    pub entries: u64,
    /// How many bytes were read, inflated.
    pub bytes: u64,
    /// Whether it broke off before its end, or was not read to it.
    pub truncated: bool,
    /// The flags of the limits that ended the reading: `--max-entries`, `--timeout`, ...
    pub limits: Vec<&'static str>,
    /// Whether it was cleaned of sensitive data before it was handed on.
    pub redacted: bool,
    /// Whether values in it were replaced by words that say so.
    pub masked: bool,
}

/// The cluster a report is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Cluster {
    /// `OpenShift`, `OKD` or `Kubernetes`.
    #[schemars(extend("enum" = ["OpenShift", "OKD", "Kubernetes"]))]
    pub distribution: &'static str,
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
    #[schemars(extend("format" = "date-time"))]
    pub gathered_at: Option<String>,
    /// How that is known.
    pub gathered_by: Option<SafeText>,
    /// The update or installation that was going on.
    pub update: Option<Update>,
    /// How many objects were read.
    pub objects: usize,
}

/// An update or installation that was going on when the archive was made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Update {
    /// `installing` or `updating`.
    #[schemars(extend("enum" = ["installing", "updating"]))]
    pub state: &'static str,
    /// The last version that was completed.
    pub from: Option<SafeText>,
    /// The version it goes to.
    pub to: SafeText,
    /// When it began, RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    pub since: Option<String>,
    /// How long that was before the gather time.
    pub age: Option<String>,
    /// How many percent of the operators have the new version; None where nobody can tell.
    pub done: Option<usize>,
    /// `normal`, `slow`, `stalled`, as `oc adm upgrade status` reckons; None where nobody can tell.
    #[schemars(extend("enum" = ["normal", "slow", "stalled", null]))]
    pub pace: Option<&'static str>,
}

/// One bad state.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Finding {
    /// Its number in this report, from 1.
    pub id: usize,
    /// The rule.
    pub rule: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// `info`, `warning`, `error` or `critical`.
    #[schemars(extend("enum" = ["info", "warning", "error", "critical"]))]
    pub severity: &'static str,
    /// `certain`, `likely` or `possible`.
    #[schemars(extend("enum" = ["certain", "likely", "possible"]))]
    pub certainty: &'static str,
    /// Why it is no more and no less sure.
    pub certainty_because: SafeText,
    /// `cause`, `symptom` or `context`.
    #[schemars(extend("enum" = ["cause", "symptom", "context"]))]
    pub role: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// What was found one by one and has the subject in common; empty when the finding stands for itself.
    pub members: Vec<Subject>,
    /// What is wrong.
    pub summary: SafeText,
    /// By which mechanism.
    pub why: SafeText,
    /// Since when, RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    pub since: Option<String>,
    /// How long that was before the gather time.
    pub age: Option<String>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What it explains.
    pub explains: Vec<Explained>,
    /// The ids of the findings that explain it; empty for one that leads.
    pub explained_by: Vec<usize>,
    /// What to do.
    pub remedy: Option<Remedy>,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Subject {
    /// The kind.
    pub kind: SafeText,
    /// The namespace; empty for cluster scope.
    pub namespace: SafeText,
    /// The name.
    pub name: SafeText,
}

/// One step from a finding to another it explains.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Explained {
    /// The id of the explained finding.
    pub finding: usize,
    /// How the one leads to the other.
    pub because: &'static str,
}

/// One piece of evidence.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Evidence {
    /// Words that stand in the archive.
    Seen {
        /// What they are about.
        subject: Subject,
        /// The file.
        file: SafeText,
        /// The line they begin at, from 1.
        line: u64,
        /// The words, with the lines they stand in; empty where they must not be shown.
        excerpt: Excerpt,
        /// What they show.
        note: SafeText,
    },
    /// Something that is provably not there.
    Missing {
        /// What is not there.
        subject: Subject,
        /// Where it was looked for.
        file: SafeText,
        /// Why that place counts as complete.
        note: SafeText,
    },
}

/// Some lines of a file, made harmless, with the quoted part marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Excerpt {
    /// The number of the first line, from 1.
    pub first_line: u64,
    /// The lines.
    pub text: SafeText,
    /// Where the quoted part begins in `text`, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether lines or parts of them were left out.
    pub shortened: bool,
}

/// What to do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Remedy {
    /// The deed.
    pub what: SafeText,
    /// Commands that do it; empty when a precondition is known not to hold.
    pub commands: Vec<SafeText>,
    /// Whether commands are withheld because a precondition does not hold.
    pub withheld: bool,
    /// Commands that show it worked.
    pub verify: Vec<SafeText>,
    /// What else will happen.
    pub side_effects: Vec<SafeText>,
    /// What must hold before.
    pub before_you_act: Vec<Precondition>,
}

/// What must hold before a remedy is applied.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Precondition {
    /// What must hold.
    pub what: SafeText,
    /// `verified`, `by-hand` or `violated`.
    #[schemars(extend("enum" = ["verified", "by-hand", "violated"]))]
    pub state: &'static str,
    /// What the archive shows, or the command that checks it.
    pub how: SafeText,
}

/// A finding that was accepted beforehand.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Suppressed {
    /// The rule.
    pub rule: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// `info`, `warning`, `error` or `critical`.
    #[schemars(extend("enum" = ["info", "warning", "error", "critical"]))]
    pub severity: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// What is wrong.
    pub summary: SafeText,
    /// How many findings are left out with it because nothing else explains them.
    pub effects: usize,
    /// Why it was accepted.
    pub reason: SafeText,
    /// The last day on which it is accepted.
    #[schemars(extend("format" = "date"))]
    pub until: String,
}

/// What was not asked, or is not shown, because the reader chose so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// How many of the known rules did not judge.
    pub rules: usize,
    /// How many findings are milder than asked for and explain nothing that is not.
    pub findings: usize,
    /// Rules of findings that were accepted once, and no longer when the cluster was looked at.
    pub lapsed: Vec<&'static str>,
}

/// How a ClusterOperator stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Operator {
    /// Its name.
    pub name: SafeText,
    /// The version it has rolled out.
    pub version: Option<SafeText>,
    /// By its conditions: `unavailable` before `degraded` before `progressing` before `available`;
    /// `unknown` where it does not say whether it is available.
    #[schemars(extend("enum" = ["available", "progressing", "degraded", "unavailable", "unknown"]))]
    pub state: &'static str,
    /// Since when the condition says so, RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    pub since: Option<String>,
    /// How long that was before the gather time.
    pub age: Option<String>,
    /// The reason of the condition.
    pub reason: SafeText,
    /// Its message.
    pub message: SafeText,
    /// The operators of this cluster that it needs to work.
    pub needs: Vec<Need>,
}

/// What an operator needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Need {
    /// The name of the operator it needs.
    pub operator: &'static str,
    /// What for.
    pub because: &'static str,
}

/// A rule that could not judge.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Unknown {
    /// The rule.
    pub rule: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// `not-collected`, `damaged`, `truncated`, `redacted`, `field-absent` or `crashed`.
    #[schemars(extend("enum" = ["not-collected", "damaged", "truncated", "redacted", "field-absent", "crashed"]))]
    pub gap: &'static str,
    /// What is missing.
    pub what: SafeText,
    /// Commands that settle it.
    pub ask: Vec<SafeText>,
    /// What the rule would explain if it held.
    pub concerns: Vec<Subject>,
}

/// A rule that found nothing wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Healthy {
    /// The rule.
    pub rule: &'static str,
    /// How many objects it examined.
    pub examined: usize,
}

/// A rule whose question does not arise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotApplicable {
    /// The rule.
    pub rule: &'static str,
    /// Why.
    pub why: SafeText,
}

/// A file, or a part of the input, that could not be read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Damage {
    /// The file.
    pub path: SafeText,
    /// Why.
    pub why: SafeText,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.kind)?;
        for part in [&self.namespace, &self.name] {
            if !part.is_empty() {
                write!(f, "/{part}")?;
            }
        }
        Ok(())
    }
}

impl Failed {
    /// The input at `path`, which could not be read because of `error`.
    pub fn new(path: &str, error: &str) -> Self {
        Self { path: SafeText::name(path), error: SafeText::name(error) }
    }
}

impl Finding {
    /// Whether nothing else explains it.
    pub fn leads(&self) -> bool {
        self.explained_by.is_empty()
    }
}

impl Report {
    /// The findings that nothing else explains and that are worse than information.
    pub fn leads(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.leads() && finding.severity != "info")
    }

    /// The leading findings that can be what everything else follows from.
    pub fn root_causes(&self) -> impl Iterator<Item = &Finding> {
        self.leads().filter(|finding| finding.role == "cause")
    }

    /// The leading symptoms: something is wrong, and its cause is not in the archive.
    pub fn unexplained(&self) -> impl Iterator<Item = &Finding> {
        self.leads().filter(|finding| finding.role == "symptom")
    }

    /// The leading findings that explain nothing and are worth knowing.
    pub fn notes(&self) -> impl Iterator<Item = &Finding> {
        let is_note = |finding: &&Finding| finding.severity == "info" || finding.role == "context";
        self.findings.iter().filter(|finding| finding.leads()).filter(is_note)
    }

    /// The finding of that number.
    pub fn finding(&self, id: usize) -> Option<&Finding> {
        self.findings.get(id.checked_sub(1)?)
    }
}
