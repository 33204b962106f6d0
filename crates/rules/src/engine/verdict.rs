//! The four answers a rule can give.

use std::fmt;

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::snapshot::Missing;

use crate::engine::evidence::Subject;
use crate::engine::finding::Finding;

/// What a rule says of one cluster.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The bad state is there, at least once.
    Found(Vec<Finding>),
    /// So many objects were examined, at least one, and none is in the bad state.
    Healthy {
        /// How many objects were examined.
        examined: usize,
    },
    /// It cannot be said.
    Unknown(Gap),
    /// The question does not arise; why.
    NotApplicable(String),
}

impl Verdict {
    /// The verdict over `examined` objects: found, healthy, or not applicable when there were none.
    pub fn over(examined: usize, findings: Vec<Finding>, none: &str) -> Self {
        if !findings.is_empty() {
            Self::Found(findings)
        } else if examined > 0 {
            Self::Healthy { examined }
        } else {
            Self::NotApplicable(none.to_owned())
        }
    }
}

/// Why something cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// The place to look was not collected.
    NotCollected,
    /// It was collected but cannot be read.
    Damaged,
    /// It was collected in part.
    Truncated,
    /// It was removed before the archive was handed on.
    Redacted,
    /// The object is there without the field that decides.
    FieldAbsent,
    /// The rule itself failed.
    Crashed,
}

impl fmt::Display for GapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotCollected => "not collected",
            Self::Damaged => "damaged",
            Self::Truncated => "cut off",
            Self::Redacted => "redacted",
            Self::FieldAbsent => "field absent",
            Self::Crashed => "the rule failed",
        })
    }
}

/// What is missing for a judgement, and how to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The class.
    pub kind: GapKind,
    /// What is missing, in words.
    pub what: String,
    /// Commands that settle the question.
    pub ask: Vec<String>,
    /// What the rule would explain if it held.
    pub concerns: Vec<Subject>,
}

impl Gap {
    /// A gap of that class.
    pub fn new(kind: GapKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), ask: Vec::new(), concerns: Vec::new() }
    }

    /// A place that was not collected as it should have been.
    pub fn missing(missing: &Missing) -> Self {
        Self::new(GapKind::of(&missing.state), missing.why.clone())
            .ask(collect(missing.kind, &missing.namespace))
    }

    /// A kind of which nothing was collected.
    pub fn kind(kind: &Kind, state: &CoverageState) -> Self {
        Self::new(GapKind::of(state), format!("{}: {state}", kind.qualified()))
            .ask(collect(kind, ""))
    }

    /// Adds a command that settles the question.
    #[must_use]
    pub fn ask(mut self, command: impl Into<String>) -> Self {
        self.ask.push(command.into());
        self
    }

    /// Replaces the commands.
    #[must_use]
    pub fn asking(mut self, commands: impl IntoIterator<Item = String>) -> Self {
        self.ask = commands.into_iter().collect();
        self
    }

    /// Names what the rule would explain if it held.
    #[must_use]
    pub fn concerning(mut self, subjects: impl IntoIterator<Item = Subject>) -> Self {
        self.concerns.extend(subjects);
        self
    }
}

impl GapKind {
    fn of(state: &CoverageState) -> Self {
        match state {
            CoverageState::Damaged(_) => Self::Damaged,
            CoverageState::Truncated => Self::Truncated,
            CoverageState::Redacted => Self::Redacted,
            CoverageState::Collected(_) | CoverageState::Empty | CoverageState::Absent => {
                Self::NotCollected
            }
        }
    }
}

/// The command that collects a kind.
fn collect(kind: &Kind, namespace: &str) -> String {
    match (kind.namespaced, namespace) {
        (false, _) => format!("oc get {} -o yaml", kind.qualified()),
        (true, "") => format!("oc get {} --all-namespaces -o yaml", kind.qualified()),
        (true, namespace) => format!("oc get {} -n {namespace} -o yaml", kind.qualified()),
    }
}
