//! What a rule declares: its id and title, its severity, its scope, and what it reads.

use std::fmt;

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{CONFIG_MAP, EVENT, SECRET};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::log::LogPattern;

use crate::terms::version::Version;

/// How severe a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A note.
    Info,
    /// It will cause a problem, or causes a small one.
    Warning,
    /// Something does not work.
    Error,
    /// The cluster or its update does not work.
    Critical,
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Error, Self::Critical];

    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }

    /// The severity that reports call so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == text)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The role of a rule's findings in a chain of causes and effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It can be a root cause.
    Cause,
    /// It is always the effect of something else, found or not.
    Symptom,
    /// It is neither cause nor effect, but helps to interpret the others.
    Context,
}

impl Role {
    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Symptom => "symptom",
            Self::Context => "context",
        }
    }
}

/// The clusters that a rule applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// OpenShift and OKD.
    OpenShift,
    /// Some releases of OpenShift and OKD.
    Releases(Releases),
    /// Kubernetes other than OpenShift and OKD.
    Plain,
    /// Any Kubernetes.
    Any,
}

/// The releases that a rule applies to, by the desired version of the ClusterVersion: during an
/// update, its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Releases {
    /// Only releases of OKD.
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

    /// Whether the release of that version, as the ClusterVersion spells it, is one of them.
    pub fn include(self, version: &str) -> bool {
        let is_distribution = !self.okd || version.contains("okd");
        is_distribution
            && Version::parse(version).is_some_and(|it| self.from <= it && it <= self.to)
    }
}

impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.okd { "OKD" } else { "OpenShift and OKD" })?;
        match (self.from.minor, self.to.minor) {
            (0, u32::MAX) => Ok(()),
            (_, u32::MAX) => write!(f, " {} or later", self.from),
            (0, _) => write!(f, " {} or earlier", self.to),
            (from, to) if from == to => write!(f, " {}", self.from),
            _ => write!(f, " {} to {}", self.from, self.to),
        }
    }
}

impl Scope {
    /// Whether the rule applies to plain clusters.
    pub const fn includes_plain(self) -> bool {
        matches!(self, Self::Any | Self::Plain)
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

/// One thing that a rule reads.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// Objects of a kind.
    Kind(&'static Kind),
    /// The data of one ConfigMap, by namespace and name. Of all others, [`Self::Kind`] reads only
    /// the metadata.
    ConfigMap(&'static str, &'static str),
    /// Objects of a kind, with the certificates in them.
    Certificates(&'static Kind),
    /// Lines of logs.
    Log(&'static LogPattern),
    /// A file with its own format.
    KnownFile(KnownFile),
}

impl Need {
    /// The kind of the objects it reads, if it reads objects.
    pub fn kind(&self) -> Option<&'static Kind> {
        match self {
            Self::Kind(kind) | Self::Certificates(kind) => Some(kind),
            Self::ConfigMap(..) => Some(&CONFIG_MAP),
            Self::Log(_) | Self::KnownFile(_) => None,
        }
    }
}

/// What a rule reads because of the signal that it starts from.
#[derive(Clone, Copy, Debug)]
pub enum SignalSource {
    /// What the rule lists, and nothing else.
    Listed,
    /// Objects of these kinds.
    Kinds(&'static [&'static Kind]),
    /// Operator resources, if present, each with the name of its ClusterOperator.
    Operators(&'static [(&'static Kind, &'static str)]),
    /// The firing alerts.
    Alerts,
    /// The certificates in Secrets.
    Certificates,
    /// These logs.
    Logs(&'static [LogPattern]),
}

/// What a rule declares.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// `area/bad-state`, its path in the catalog.
    pub id: &'static str,
    /// The bad state, in words that follow "this cluster has".
    pub title: &'static str,
    /// The severity of its findings, unless a finding sets another.
    pub severity: Severity,
    /// The role of its findings in a chain of causes and effects.
    pub role: Role,
    /// The clusters that it applies to.
    pub scope: Scope,
    /// What its signal reads.
    pub signal: SignalSource,
    /// What it cannot do without: if one is missing, the verdict is Unknown.
    pub all_of: &'static [Need],
    /// Of these it needs one: if all are missing, the verdict is Unknown.
    pub any_of: &'static [Need],
    /// What it reads if present.
    pub reads: &'static [Need],
}

/// OpenShift and OKD, from one minor version of 4 to another.
pub const fn releases(from: u32, to: u32) -> Scope {
    Scope::Releases(Releases::between(from, to))
}

/// OKD, from one minor version of 4 to another.
pub const fn okd(from: u32, to: u32) -> Scope {
    Scope::Releases(Releases::okd(from, to))
}

/// OKD, every release.
pub const OKD: Scope = Scope::Releases(Releases::OKD);

impl Meta {
    /// The part of the id before the slash.
    pub fn area(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(area, _)| area)
    }

    /// What it cannot do without.
    pub fn needs(&self) -> impl Iterator<Item = Need> {
        let (kinds, logs, other): (&[&Kind], &[LogPattern], _) = match self.signal {
            SignalSource::Kinds(kinds) => (kinds, &[], None),
            SignalSource::Logs(logs) if logs.len() == 1 => (&[], logs, None),
            SignalSource::Alerts => (&[], &[], Some(Need::KnownFile(KnownFile::Alerts))),
            SignalSource::Certificates => (&[], &[], Some(Need::Certificates(&SECRET))),
            _ => (&[], &[], None),
        };
        let of_signal = kinds.iter().map(|kind| Need::Kind(kind)).chain(logs.iter().map(Need::Log));
        other.into_iter().chain(of_signal).chain(self.all_of.iter().copied())
    }

    /// What it needs at least one of, each list by itself: of several logs of its signal those that
    /// were collected are searched.
    pub fn alternatives(&self) -> [Vec<Need>; 2] {
        let logs: &[LogPattern] = match self.signal {
            SignalSource::Logs(logs) if logs.len() > 1 => logs,
            _ => &[],
        };
        [logs.iter().map(Need::Log).collect(), self.any_of.to_vec()]
    }

    /// What it reads if present.
    pub fn uses(&self) -> impl Iterator<Item = Need> {
        let (operators, logs): (&[(&Kind, &str)], &[LogPattern]) = match self.signal {
            SignalSource::Operators(operators) => (operators, &[]),
            SignalSource::Logs(logs) if logs.len() > 1 => (&[], logs),
            _ => (&[], &[]),
        };
        let of_signal = operators.iter().map(|(kind, _)| Need::Kind(kind));
        let of_signal = of_signal.chain(logs.iter().map(Need::Log));
        of_signal.chain(self.any_of.iter().copied()).chain(self.reads.iter().copied())
    }

    /// Everything that it reads.
    pub fn sources(&self) -> impl Iterator<Item = Need> {
        self.needs().chain(self.uses())
    }

    /// Whether it reads alerts.
    pub(crate) const fn reads_alerts(&self) -> bool {
        matches!(self.signal, SignalSource::Alerts)
            || has_alerts(self.all_of)
            || has_alerts(self.any_of)
            || has_alerts(self.reads)
    }

    /// Words to select rules by, besides area and severity: the role, the distributions, and the
    /// sources other than objects.
    pub fn tags(&self) -> Vec<&'static str> {
        let mut tags = vec![self.role.as_str()];
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
        let reads = |what: fn(&Need) -> bool| self.sources().any(|need| what(&need));
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

const fn has_alerts(mut needs: &[Need]) -> bool {
    while let [need, rest @ ..] = needs {
        if matches!(need, Need::KnownFile(KnownFile::Alerts)) {
            return true;
        }
        needs = rest;
    }
    false
}
