//! The four verdicts of a rule.

use std::fmt;

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::hidden::Masked;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::snapshot::Missing;

use crate::terms::command::Command;
use crate::terms::evidence::Subject;
use crate::terms::finding::Finding;

/// The result of a rule for one cluster.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The bad state exists at least once.
    Found(Vec<Finding>),
    /// At least one object was examined, and none is in the bad state.
    Healthy {
        /// How many objects were examined.
        examined: usize,
    },
    /// The check is inconclusive.
    Unknown(Gap),
    /// The rule does not apply, and why.
    NotApplicable(String),
}

/// What a rule says of one cluster, before the engine decides what that means.
pub type Judged = Result<Checked, NotJudged>;

/// What a rule examined, and what it found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// How many objects were examined.
    pub examined: usize,
    /// The bad states.
    pub findings: Vec<Finding>,
    /// What was missing for some of the objects.
    pub gaps: Vec<Gap>,
}

impl Checked {
    /// `examined` objects, and the bad states among them.
    pub fn over(examined: usize, findings: impl IntoIterator<Item = Finding>) -> Self {
        Self { examined, findings: findings.into_iter().collect(), gaps: Vec::new() }
    }

    /// What is found of each of `objects`, or what is missing to judge it. An object that the rule
    /// does not apply to is not examined; of a single object, it is known why.
    pub fn each<T>(
        objects: impl IntoIterator<Item = T>,
        judge: impl Fn(T) -> Result<Option<Finding>, NotJudged>,
    ) -> Judged {
        let mut checked = Self::default();
        let mut excused = Vec::new();
        for object in objects {
            match judge(object) {
                Ok(finding) => {
                    checked.examined += 1;
                    checked.findings.extend(finding);
                }
                Err(NotJudged::Unknown(gap)) => checked.gaps.push(gap),
                Err(not_applicable) => excused.push(not_applicable),
            }
        }
        match excused.pop() {
            Some(only)
                if checked.examined == 0 && checked.gaps.is_empty() && excused.is_empty() =>
            {
                Err(only)
            }
            _ => Ok(checked),
        }
    }

    /// Adds what was missing for some of the objects: the verdict is inconclusive if nothing is found.
    #[must_use]
    pub fn or_unknown(mut self, gaps: impl IntoIterator<Item = Gap>) -> Self {
        self.gaps.extend(gaps);
        self
    }

    /// Adds what another part of the same check examined.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.examined += other.examined;
        self.findings.extend(other.findings);
        self.gaps.extend(other.gaps);
        self
    }
}

/// Why a rule ends before it has examined anything.
#[derive(Clone, Debug)]
pub enum NotJudged {
    /// Something that it needs is missing.
    Unknown(Gap),
    /// It does not apply, and why.
    NotApplicable(String),
}

impl From<Gap> for NotJudged {
    fn from(gap: Gap) -> Self {
        Self::Unknown(gap)
    }
}

impl From<Missing> for NotJudged {
    fn from(missing: Missing) -> Self {
        Self::Unknown(Gap::missing(&missing))
    }
}

impl From<Missing> for Gap {
    fn from(missing: Missing) -> Self {
        Self::missing(&missing)
    }
}

impl From<Masked> for Gap {
    fn from(masked: Masked) -> Self {
        Self::new(GapKind::Redacted, masked.to_string())
    }
}

impl From<Masked> for NotJudged {
    fn from(masked: Masked) -> Self {
        Self::Unknown(masked.into())
    }
}

/// The rule does not apply, and why.
pub fn not_applicable(why: impl Into<String>) -> NotJudged {
    NotJudged::NotApplicable(why.into())
}

/// Why a check is inconclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// It was not collected.
    NotCollected,
    /// It was collected but cannot be read.
    Damaged,
    /// It was collected in part.
    Truncated,
    /// It was removed from the archive on purpose.
    Redacted,
    /// The object exists without the field that is needed.
    FieldAbsent,
    /// The rule itself failed.
    Crashed,
    /// Judging it would have taken longer than the user allowed.
    OutOfTime,
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
            Self::OutOfTime => "out of time",
        })
    }
}

/// What is missing for a conclusive check, and how to collect it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The kind of gap.
    pub kind: GapKind,
    /// What is missing, in words.
    pub what: String,
    /// Commands that collect it.
    pub commands: Vec<Command>,
    /// What a finding of the rule would explain.
    pub would_explain: Vec<Subject>,
}

impl Gap {
    /// A gap of that kind.
    pub fn new(kind: GapKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), commands: Vec::new(), would_explain: Vec::new() }
    }

    /// Objects that were not collected completely.
    pub fn missing(missing: &Missing) -> Self {
        Self::new(GapKind::of(&missing.state), missing.why.clone())
            .command(collect(missing.kind, &missing.namespace))
    }

    /// A kind of which nothing was collected.
    pub fn kind(kind: &Kind, state: &CoverageState) -> Self {
        Self::new(GapKind::of(state), format!("{}: {state}", kind.qualified()))
            .command(collect(kind, ""))
    }

    /// Several gaps as one: what is missing, each once, and the commands that collect it.
    pub fn all(gaps: impl IntoIterator<Item = Self>) -> Option<Self> {
        gaps.into_iter().reduce(|mut all, gap| {
            if !all.what.split("; ").any(|known| known == gap.what) {
                all.what.push_str("; ");
                all.what.push_str(&gap.what);
            }
            let commands = gap.commands.into_iter().filter(|it| !all.commands.contains(it));
            let commands: Vec<_> = commands.collect();
            all.commands.extend(commands);
            let explained = gap.would_explain.into_iter();
            let explained: Vec<_> =
                explained.filter(|it| !all.would_explain.contains(it)).collect();
            all.would_explain.extend(explained);
            all
        })
    }

    /// Adds a command that collects it.
    #[must_use]
    pub fn command(mut self, command: impl Into<Command>) -> Self {
        self.commands.push(command.into());
        self
    }

    /// Replaces the commands.
    #[must_use]
    pub fn commands(mut self, commands: impl IntoIterator<Item = Command>) -> Self {
        self.commands = commands.into_iter().collect();
        self
    }

    /// Adds what a finding of the rule would explain.
    #[must_use]
    pub fn would_explain(mut self, subjects: impl IntoIterator<Item = Subject>) -> Self {
        self.would_explain.extend(subjects);
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
fn collect(kind: &Kind, namespace: &str) -> Command {
    let template = match (kind.namespaced, namespace) {
        (false, _) => "oc get {kind} -o yaml",
        (true, "") => "oc get {kind} --all-namespaces -o yaml",
        (true, _) => "oc get {kind} -n {namespace} -o yaml",
    };
    Command::new(template, &[("kind", &*kind.qualified()), ("namespace", namespace)])
}
