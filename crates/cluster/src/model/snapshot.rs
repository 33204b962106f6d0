//! One cluster as the archive shows it, immutable once it is opened.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mustknow_archive::Damage;

use crate::model::clock::Clock;
use crate::model::coverage::{Coverage, State};
use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::kinds;
use crate::model::known_file::KnownFile;
use crate::model::log::{LogHits, LogLine, LogPattern};
use crate::model::resource::{Document, Key, Resource};
use crate::model::time::Time;
use crate::model::view::View;
use crate::views::ClusterVersion;

/// What a search for one object found.
#[derive(Clone, Debug)]
pub enum Lookup<V> {
    /// The object.
    Here(V),
    /// It does not exist: its list is whole, and it is not on it.
    Absent(Searched),
    /// It cannot be said, and why.
    Unknown(Missing),
}

/// Where an absent object was looked for, and why that place counts as complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched {
    /// The list file.
    pub path: String,
    /// How many objects it holds.
    pub objects: usize,
    /// Objects that every such list holds and this one does too.
    pub sentinels: Vec<String>,
}

/// A place that cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The kind that was looked for.
    pub kind: &'static Kind,
    /// The namespace; empty for cluster scope.
    pub namespace: String,
    /// What was collected of it.
    pub state: State,
    /// The same in words.
    pub why: String,
}

/// A file with a shape of its own, as it was found.
#[derive(Clone, Debug)]
pub enum KnownFileContent {
    /// It was read.
    Read(Arc<Document>),
    /// It is there but cannot be read; path and reason.
    Damaged(Box<str>, String),
}

/// One cluster, as one archive shows it.
#[derive(Debug)]
pub struct Snapshot {
    pub(crate) resources: BTreeMap<&'static Kind, Vec<Resource>>,
    pub(crate) known_files: BTreeMap<KnownFile, KnownFileContent>,
    pub(crate) logs: Vec<LogHits>,
    pub(crate) scanned_logs: BTreeMap<(Box<str>, Box<str>), usize>,
    pub(crate) coverage: Coverage,
    pub(crate) clock: Option<Clock>,
    pub(crate) client_clock: Option<(Box<str>, LogLine)>,
    pub(crate) damage: Vec<Damage>,
    pub(crate) roots: Vec<Box<str>>,
    pub(crate) formats: BTreeMap<Box<str>, Format>,
    pub(crate) log_parts: BTreeSet<Box<str>>,
}

/// ConfigMaps that the control plane keeps in every namespace, or in kube-system: a list without
/// any of them was not collected whole.
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

    /// The objects of one namespace.
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
    /// Its absence here proves nothing; [`Self::look_up`] answers that.
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

    /// The object behind a key.
    pub fn get(&self, key: &Key) -> Option<&Resource> {
        self.find_of(key.kind, &key.namespace, &key.name)
    }

    /// The object of that name, or the proof that it is absent, or why that cannot be said.
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
            format!("{} of namespace {namespace}", kind.plural)
        };
        let missing = |state: State, why: String| Missing {
            kind,
            namespace: namespace.to_owned(),
            state,
            why,
        };
        if let Some(refusal) = self.coverage.refusal(kind, namespace) {
            let why = format!("the collection says of {place}: {}", refusal.text.trim());
            return Err(missing(State::Absent, why));
        }
        let Some(listing) = self.coverage.listing(kind, namespace) else {
            let state = match self.coverage.of(kind, namespace) {
                // Some objects were collected by name; that proves nothing about the others.
                State::Collected(_) => State::Absent,
                state => state,
            };
            let why = match (&state, self.coverage.has_namespace(namespace)) {
                (State::Absent, false) if !namespace.is_empty() => {
                    format!("namespace {namespace} was not collected")
                }
                (State::Absent, _) => format!("no list of {place} was collected"),
                (state, _) => format!("{place}: {state}"),
            };
            return Err(missing(state, why));
        };
        let path = listing.path.to_string();
        let objects = match &listing.state {
            State::Collected(n) => *n,
            State::Empty => 0,
            state => return Err(missing(state.clone(), format!("{path}: {state}"))),
        };
        let sentinels = self.sentinels(kind, namespace);
        if *kind == kinds::CONFIG_MAP && sentinels.is_empty() {
            let why = format!(
                "{path} holds {objects} ConfigMaps but none of those every namespace has, so it \
                 was not collected whole"
            );
            return Err(missing(State::Truncated, why));
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

    /// A file with a shape of its own; None when it was not collected.
    pub fn known_file(&self, known_file: KnownFile) -> Option<&KnownFileContent> {
        self.known_files.get(&known_file)
    }

    /// The hits of a log pattern, by path of the log.
    pub fn log_hits(&self, pattern: &LogPattern) -> impl Iterator<Item = &LogHits> {
        self.logs.iter().filter(move |hits| hits.pattern == pattern)
    }

    /// How many logs that the pattern reads were collected. A log of which only some lines were
    /// collected counts where it hits: that it does not says nothing.
    pub fn logs_scanned(&self, pattern: &LogPattern) -> usize {
        self.scanned_logs
            .iter()
            .filter(|((namespace, container), _)| {
                **namespace == *pattern.namespace
                    && (pattern.container.is_empty() || **container == *pattern.container)
            })
            .map(|(_, count)| count)
            .sum::<usize>()
            + self.log_hits(pattern).filter(|hits| self.log_parts.contains(&hits.path)).count()
    }

    /// What was collected.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The gather time; None when the archive holds no time at all.
    pub fn clock(&self) -> Option<Clock> {
        self.clock
    }

    /// The newest line of the client's `timestamp` file, and the file's path.
    pub fn client_clock(&self) -> Option<(&str, &LogLine)> {
        self.client_clock.as_ref().map(|(path, line)| (&**path, line))
    }

    /// The gather time itself.
    pub fn now(&self) -> Option<Time> {
        self.clock.map(|clock| clock.now)
    }

    /// What could not be read.
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// The folders of the archive that hold this cluster.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.roots.iter().map(|root| &**root)
    }

    /// What made the collections of this cluster, in words.
    pub fn format(&self) -> String {
        Format::describe(&self.formats)
    }

    /// The ClusterVersion.
    pub fn cluster_version(&self) -> Option<ClusterVersion<'_>> {
        self.find("", "version")
    }

    /// Whether this is an OpenShift or OKD cluster.
    pub fn is_openshift(&self) -> bool {
        let configured = self.resources.keys().any(|kind| kind.group == "config.openshift.io");
        configured || self.coverage.namespaces().any(|name| name.starts_with("openshift-"))
    }

    /// How many objects were read.
    pub fn objects(&self) -> usize {
        self.resources.values().map(Vec::len).sum()
    }
}
