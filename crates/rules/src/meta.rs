//! What is declared of a rule: what it is called, how bad its finding is, what it needs.

use std::fmt;

use mustknow_gather::kinds::CONFIG_MAP;
use mustknow_gather::layout::Special;
use mustknow_gather::log::LogPattern;
use mustknow_gather::resource::Kind;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Will hurt, or hurts a little.
    Warning,
    /// Something does not work.
    Error,
    /// The cluster, or its update, stands still.
    Critical,
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Error, Self::Critical];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What a finding of the rule can be in the order of causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It can be what everything else follows from.
    Cause,
    /// It always follows from something else, seen or not.
    Symptom,
    /// It neither causes nor follows; it helps to judge.
    Context,
}

impl Role {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Symptom => "symptom",
            Self::Context => "context",
        }
    }
}

/// Which clusters a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// OpenShift and OKD.
    OpenShift,
    /// Any Kubernetes.
    Any,
}

/// One thing a rule reads.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// Objects of a kind.
    Kind(&'static Kind),
    /// The contents of one ConfigMap, by namespace and name; of others [`Self::Kind`] reads only
    /// that they are there.
    ConfigMap(&'static str, &'static str),
    /// Lines of logs.
    Log(&'static LogPattern),
    /// A file with a shape of its own.
    Special(Special),
}

impl Need {
    /// The kind of object it reads, if it reads objects.
    pub fn kind(&self) -> Option<&'static Kind> {
        match self {
            Self::Kind(kind) => Some(kind),
            Self::ConfigMap(..) => Some(&CONFIG_MAP),
            Self::Log(_) | Self::Special(_) => None,
        }
    }
}

/// What is declared of a rule.
#[derive(Debug)]
pub struct Meta {
    /// `area/bad-state`, its path in the catalog.
    pub id: &'static str,
    /// The bad state, read after "this cluster has".
    pub title: &'static str,
    /// How bad a finding is, unless it says otherwise.
    pub severity: Severity,
    /// What a finding can be in the order of causes.
    pub role: Role,
    /// Which clusters it is for.
    pub scope: Scope,
    /// Without these it cannot judge.
    pub needs: &'static [Need],
    /// These it reads when they are there.
    pub uses: &'static [Need],
}

impl Meta {
    /// The part of the id before the slash.
    pub fn area(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(area, _)| area)
    }
}
