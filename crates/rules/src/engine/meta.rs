//! What is declared of a rule: what it is called, how bad its finding is, what it needs.

use std::fmt;

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{CONFIG_MAP, EVENT};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::log::LogPattern;

use crate::engine::version::Version;

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

    /// The severity of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
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
    /// Some releases of OpenShift and OKD.
    Releases(Releases),
    /// Kubernetes that is neither OpenShift nor OKD.
    Plain,
    /// Any Kubernetes.
    Any,
}

/// Releases a rule is bound to, by the version that the ClusterVersion desires: during an update
/// the one it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Releases {
    /// Only those of OKD.
    pub okd: bool,
    /// The first minor version.
    pub from: Version,
    /// The last minor version.
    pub to: Version,
}

impl Releases {
    /// Every release of OKD.
    pub const OKD: Self =
        Self { okd: true, from: Version::new(4, 0), to: Version::new(4, u32::MAX) };

    /// The releases of OKD from one minor version of 4 to another.
    pub const fn okd(from: u32, to: u32) -> Self {
        Self { okd: true, ..Self::between(from, to) }
    }

    /// The releases from one minor version of 4 to another.
    pub const fn between(from: u32, to: u32) -> Self {
        Self { okd: false, from: Version::new(4, from), to: Version::new(4, to) }
    }

    /// Whether the release of that version, as ClusterVersion spells it, is among them.
    pub fn include(self, version: &str) -> bool {
        let is_ours = !self.okd || version.contains("okd");
        is_ours && Version::parse(version).is_some_and(|it| self.from <= it && it <= self.to)
    }
}

impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.okd { "OKD" } else { "OpenShift and OKD" })?;
        match (self.from.minor, self.to.minor) {
            (0, u32::MAX) => Ok(()),
            (_, u32::MAX) => write!(f, " from {} on", self.from),
            (0, _) => write!(f, " up to {}", self.to),
            (from, to) if from == to => write!(f, " {}", self.from),
            _ => write!(f, " {} to {}", self.from, self.to),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenShift => f.write_str("OpenShift and OKD"),
            Self::Releases(releases) => releases.fmt(f),
            Self::Plain => f.write_str("Kubernetes other than OpenShift"),
            Self::Any => f.write_str("any Kubernetes"),
        }
    }
}

/// One thing a rule reads.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// Objects of a kind.
    Kind(&'static Kind),
    /// The contents of one ConfigMap, by namespace and name; of others [`Self::Kind`] reads only
    /// that they are there.
    ConfigMap(&'static str, &'static str),
    /// Objects of a kind, with the certificates they hold.
    Certificates(&'static Kind),
    /// Lines of logs.
    Log(&'static LogPattern),
    /// A file with a shape of its own.
    KnownFile(KnownFile),
}

impl Need {
    /// The kind of object it reads, if it reads objects.
    pub fn kind(&self) -> Option<&'static Kind> {
        match self {
            Self::Kind(kind) | Self::Certificates(kind) => Some(kind),
            Self::ConfigMap(..) => Some(&CONFIG_MAP),
            Self::Log(_) | Self::KnownFile(_) => None,
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

    /// Words to choose rules by, besides area and severity: what a finding can be, which clusters
    /// it is for, and what it is read from where that is more than objects.
    pub fn tags(&self) -> Vec<&'static str> {
        let mut tags = vec![self.role.word()];
        match self.scope {
            Scope::OpenShift => tags.push("openshift"),
            Scope::Releases(releases) => {
                tags.push(if releases.okd { "okd" } else { "openshift" });
                if releases != Releases::OKD {
                    tags.push("version-bound");
                }
            }
            Scope::Plain | Scope::Any => tags.push("kubernetes"),
        }
        let reads = |what: fn(&Need) -> bool| self.needs.iter().chain(self.uses).any(what);
        if reads(|need| matches!(need, Need::Log(_))) {
            tags.push("log");
        }
        if reads(|need| matches!(need, Need::KnownFile(KnownFile::Alerts))) {
            tags.push("alert");
        }
        if reads(|need| need.kind() == Some(&EVENT)) {
            tags.push("event");
        }
        tags
    }
}
