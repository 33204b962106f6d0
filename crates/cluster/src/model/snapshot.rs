//! The data of one cluster in an archive; immutable.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mustknow_archive::Damage;

use crate::model::clock::Clock;
use crate::model::coverage::{Coverage, CoverageState};
use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::kinds;
use crate::model::known_file::KnownFile;
use crate::model::log::{LogHits, LogLine, LogPattern};
use crate::model::log_tail::LogTail;
use crate::model::platform::{PlainDistribution, Platform};
use crate::model::resource::{Document, ObjectKey, Resource};
use crate::model::time::{Span, Time};
use crate::model::view::View;

/// The result of looking up an object.
#[derive(Clone, Debug)]
pub enum Lookup<V> {
    /// The object.
    Here(V),
    /// It does not exist: the list is complete and does not contain it.
    Absent(Searched),
    /// The data does not show whether it exists, and why.
    Unknown(Missing),
}

/// The list in which an absent object was looked up, and why the list counts as complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched {
    /// The list file.
    pub path: String,
    /// How many objects it contains.
    pub objects: usize,
    /// Objects that exist in every such list and are in this one.
    pub sentinels: Vec<String>,
}

/// Data that was not collected, or only in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The kind.
    pub kind: &'static Kind,
    /// The namespace; empty for cluster scope.
    pub namespace: String,
    /// What was collected of it.
    pub state: CoverageState,
    /// The reason, for the report.
    pub why: String,
}

/// The content of a known file.
#[derive(Clone, Debug)]
pub enum KnownFileContent {
    /// It was read.
    Read(Arc<Document>),
    /// It was collected and cannot be read: path and reason.
    Damaged(Box<str>, String),
}

/// The data of one cluster in an archive.
#[derive(Debug)]
pub struct Snapshot {
    pub(crate) resources: BTreeMap<&'static Kind, Vec<Resource>>,
    pub(crate) known_files: BTreeMap<KnownFile, KnownFileContent>,
    pub(crate) logs: Vec<LogHits>,
    pub(crate) tails: Vec<LogTail>,
    pub(crate) ends_read: usize,
    pub(crate) scanned_logs: BTreeMap<(Box<str>, Box<str>), usize>,
    pub(crate) coverage: Coverage,
    pub(crate) clock: Option<Clock>,
    pub(crate) nodes_ahead: BTreeMap<Box<str>, Span>,
    pub(crate) newest_record: Option<Time>,
    pub(crate) client_clock: Option<(Box<str>, LogLine)>,
    pub(crate) damage: Vec<Damage>,
    pub(crate) roots: Vec<Box<str>>,
    pub(crate) formats: BTreeMap<Box<str>, Format>,
    pub(crate) partial_logs: BTreeSet<Box<str>>,
    pub(crate) platform: Platform,
    pub(crate) distribution: Option<PlainDistribution>,
}

/// ConfigMaps that the control plane creates in every namespace, or in kube-system: a list without
/// any of them is incomplete.
const CONFIG_MAP_SENTINELS: [&str; 4] = [
    "extension-apiserver-authentication",
    "kube-root-ca.crt",
    "openshift-service-ca.crt",
    "cluster-config-v1",
];

impl Snapshot {
    /// Every object of the kinds of `V`, by kind, namespace and name.
    pub fn all<'s, V: View<'s>>(&'s self) -> impl Iterator<Item = V> {
        V::KINDS.iter().flat_map(|kind| self.of_kind(kind)).map(V::of)
    }

    /// Every object of the kinds of `V` in one namespace.
    pub fn within<'s, V: View<'s>>(&'s self, namespace: &str) -> impl Iterator<Item = V> {
        V::KINDS
            .iter()
            .flat_map(move |kind| {
                let all = self.of_kind(kind);
                let start = all.partition_point(|resource| resource.namespace() < namespace);
                let end = all.partition_point(|resource| resource.namespace() <= namespace);
                all.get(start..end).unwrap_or_default()
            })
            .map(V::of)
    }

    /// Every object of one kind, by namespace and name.
    pub fn of_kind(&self, kind: &Kind) -> &[Resource] {
        self.resources.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// The object of that namespace (empty for cluster scope) and name, if it was collected.
    /// None does not prove that it is absent; [`Self::look_up`] does.
    pub fn find<'s, V: View<'s>>(&'s self, namespace: &str, name: &str) -> Option<V> {
        V::KINDS.iter().find_map(|kind| self.find_of(kind, namespace, name)).map(V::of)
    }

    /// The object of that kind, namespace and name, if it was collected.
    pub fn find_of(&self, kind: &Kind, namespace: &str, name: &str) -> Option<&Resource> {
        let all = self.of_kind(kind);
        let at = all
            .binary_search_by(|resource| {
                (resource.namespace(), resource.name()).cmp(&(namespace, name))
            })
            .ok()?;
        all.get(at)
    }

    /// The object with that key.
    pub fn get(&self, key: &ObjectKey) -> Option<&Resource> {
        self.find_of(key.kind, &key.namespace, &key.name)
    }

    /// The object with that name, or the proof that it is absent, or why neither is known.
    pub fn look_up<'s, V: View<'s>>(&'s self, namespace: &str, name: &str) -> Lookup<V> {
        if let Some(found) = self.find(namespace, name) {
            return Lookup::Here(found);
        }
        let Some(&kind) = V::KINDS.first() else {
            unreachable!("a view has at least one kind");
        };
        match self.prove_whole(kind, namespace) {
            Ok(searched) => Lookup::Absent(searched),
            Err(missing) => Lookup::Unknown(missing),
        }
    }

    /// Proves that every object of `kind` in `namespace` was collected.
    pub fn prove_whole(&self, kind: &'static Kind, namespace: &str) -> Result<Searched, Missing> {
        let place = if namespace.is_empty() {
            kind.plural.to_owned()
        } else {
            format!("{} in namespace {namespace}", kind.plural)
        };
        let missing = |state: CoverageState, why: String| Missing {
            kind,
            namespace: namespace.to_owned(),
            state,
            why,
        };
        if let Some(refusal) = self.coverage.refusal(kind, namespace) {
            let why = format!("the gather log reports for {place}: {}", refusal.text.trim());
            return Err(missing(CoverageState::Absent, why));
        }
        let Some(listing) = self.coverage.listing(kind, namespace) else {
            let state = match self.coverage.of(kind, namespace) {
                // Objects that were collected one by one prove nothing about others.
                CoverageState::Collected(_) => CoverageState::Absent,
                state => state,
            };
            let why = match (&state, self.coverage.has_namespace(namespace)) {
                (CoverageState::Absent, false) if !namespace.is_empty() => {
                    format!("namespace {namespace} was not collected")
                }
                (CoverageState::Absent, _) => format!("no list of {place} was collected"),
                (state, _) => format!("{place}: {state}"),
            };
            return Err(missing(state, why));
        };
        let path = listing.path.to_string();
        let objects = match &listing.state {
            CoverageState::Collected(n) => *n,
            CoverageState::Empty => 0,
            state => return Err(missing(state.clone(), format!("{path}: {state}"))),
        };
        let sentinels = self.sentinels(kind, namespace);
        if *kind == kinds::CONFIG_MAP && sentinels.is_empty() {
            let why = format!(
                "{path} contains {objects} ConfigMaps but none of those that exist in every \
                 namespace, so the list is incomplete"
            );
            return Err(missing(CoverageState::Truncated, why));
        }
        Ok(Searched { path, objects, sentinels })
    }

    fn sentinels(&self, kind: &Kind, namespace: &str) -> Vec<String> {
        if *kind != kinds::CONFIG_MAP {
            return Vec::new();
        }
        CONFIG_MAP_SENTINELS
            .into_iter()
            .filter(|name| self.find_of(kind, namespace, name).is_some())
            .map(str::to_owned)
            .collect()
    }

    /// The content of a known file; None if it was not collected.
    pub fn known_file(&self, known_file: KnownFile) -> Option<&KnownFileContent> {
        self.known_files.get(&known_file)
    }

    /// The hits of a log pattern, by path of the log.
    pub fn log_hits(&self, pattern: &LogPattern) -> impl Iterator<Item = &LogHits> {
        self.logs.iter().filter(move |hits| hits.pattern == pattern)
    }

    /// The last words of the logs of a pod, by container, those of earlier runs first. Those of
    /// containers that are well were not kept.
    pub fn tails_of(&self, namespace: &str, pod: &str) -> &[LogTail] {
        let key = |tail: &LogTail| (&*tail.namespace, &*tail.pod).cmp(&(namespace, pod));
        let start = self.tails.partition_point(|tail| key(tail).is_lt());
        let end = self.tails.partition_point(|tail| key(tail).is_le());
        self.tails.get(start..end).unwrap_or_default()
    }

    /// The last words of all logs, by namespace, pod and container.
    pub fn tails(&self) -> &[LogTail] {
        &self.tails
    }

    /// Of how many logs the last words were read.
    pub fn ends_read(&self) -> usize {
        self.ends_read
    }

    /// How many logs were collected that the pattern applies to. A partial log counts only if it
    /// has hits, because the absence of hits in it proves nothing.
    pub fn logs_scanned(&self, pattern: &LogPattern) -> usize {
        self.scanned_logs
            .iter()
            .filter(|((namespace, container), _)| pattern.applies_to(namespace, container))
            .map(|(_, count)| count)
            .sum::<usize>()
            + self.log_hits(pattern).filter(|hits| self.partial_logs.contains(&hits.path)).count()
    }

    /// What was collected.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The gather time and its source; None if the archive contains no time at all.
    pub fn clock(&self) -> Option<Clock> {
        self.clock
    }

    /// The same data as if it had been collected at another time, or at an unknown time if `clock`
    /// is None. Nothing else changes.
    #[must_use]
    pub fn with_clock(self, clock: Option<Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The same data as if it were of a plain cluster of that distribution. Nothing else changes.
    #[must_use]
    pub fn with_distribution(self, distribution: PlainDistribution) -> Self {
        Self { platform: Platform::Kubernetes, distribution: Some(distribution), ..self }
    }

    /// The newest time that the cluster wrote to an object or to a line that matched.
    pub fn newest_record(&self) -> Option<Time> {
        self.newest_record
    }

    /// The nodes whose clock is ahead of the rest of the cluster, by name, and by how much at least.
    /// What they wrote does not count for [`Self::clock`].
    pub fn nodes_ahead(&self) -> impl Iterator<Item = (&str, Span)> {
        self.nodes_ahead.iter().map(|(node, ahead)| (&**node, *ahead))
    }

    /// The newest line of the client's `timestamp` file, and the file's path.
    pub fn client_clock(&self) -> Option<(&str, &LogLine)> {
        self.client_clock.as_ref().map(|(path, line)| (&**path, line))
    }

    /// The gather time.
    pub fn now(&self) -> Option<Time> {
        self.clock.map(|clock| clock.now)
    }

    /// The files that could not be read.
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// The folders of the archive with data of this cluster.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.roots.iter().map(|root| &**root)
    }

    /// The formats of the collections of this cluster, for the report.
    pub fn format(&self) -> String {
        Format::describe(&self.formats)
    }

    /// Which Kubernetes it is, as far as the archive shows it.
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// Which distribution it is; None for OpenShift, and if the archive does not even show that it
    /// is a plain cluster.
    pub fn distribution(&self) -> Option<PlainDistribution> {
        self.distribution
    }

    /// Whether the archive shows that this is an OpenShift or OKD cluster.
    pub fn is_openshift(&self) -> bool {
        self.platform == Platform::OpenShift
    }

    /// How many objects are stored.
    pub fn objects(&self) -> usize {
        self.resources.values().map(Vec::len).sum()
    }
}
