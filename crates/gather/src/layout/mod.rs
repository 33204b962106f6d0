//! From the path of a file to what it is and to the collection it belongs to.
//!
//! Each layout is a file of its own and is asked in turn. Wrapper folders have any name and any
//! depth, so a layout looks for the folders that only it has: what stands before them is the root of
//! the collection, what stands after them says what the file is. No rule learns where a fact came from.

pub(crate) mod cluster_info_dump;
mod crust_gather;
mod format;
mod insights;
pub(crate) mod loose;
mod must_gather;
mod support_bundle;

pub use format::Format;
pub use loose::is_text_file;
pub(crate) use support_bundle::HIDDEN;

use crate::kinds::ALL;
use crate::resource::Kind;

/// Says where a path of one layout belongs; None where it is none of that layout.
type Layout = for<'p> fn(&'p str) -> Option<Placed<'p>>;

/// The layouts, in the order in which they are asked: folders that one has and a must-gather may
/// hold come before it, and what any folder may hold comes last.
const LAYOUTS: &[Layout] = &[
    insights::place,
    support_bundle::place,
    crust_gather::place,
    must_gather::place,
    cluster_info_dump::place,
    loose::place,
];

/// What a file is, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Artifact<'p> {
    /// Every object of one resource in one place: `namespaces/x/core/pods.yaml`.
    List(ResourcePath<'p>),
    /// One object, or some of them: `cluster-scoped-resources/core/nodes/a.yaml`.
    Object(ResourcePath<'p>),
    /// Every object of one resource, if the folder it stands in is one namespace of a dump.
    Dumped(ResourcePath<'p>),
    /// A log of one container of one pod, or of a service of a node.
    Log(LogFile<'p>),
    /// Some lines of such a log, chosen by whoever collected it.
    LogPart(LogFile<'p>),
    /// The logs of all containers of a pod, one after the other.
    PodLogs,
    /// A file with a shape of its own.
    Special(Special),
    /// `timestamp`: when the collection ran.
    Timestamp,
    /// A log of the collection itself: `must-gather.logs`, `gather.logs`.
    GatherLog,
    /// What obfuscated the archive wrote about its work.
    CleanReport,
    /// YAML or JSON at no known place; its content may still say what it is.
    Loose,
    /// A file whose name says nothing; its first bytes may.
    Nameless,
    /// Nothing a diagnosis reads.
    Noise,
}

/// What a path says of the objects in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourcePath<'p> {
    /// API group; empty for the core group.
    pub group: &'p str,
    /// The resource: `configmaps`.
    pub resource: &'p str,
    /// The namespace; empty for cluster scope.
    pub namespace: &'p str,
}

/// Where a log comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogFile<'p> {
    /// Namespace of the pod; empty for a node service.
    pub namespace: &'p str,
    /// Pod; for a node service its node, or the role of the nodes whose logs are in one file.
    pub pod: &'p str,
    /// Container, or node service.
    pub container: &'p str,
    /// The log of the instance before the last restart, or a rotated one.
    pub earlier: bool,
}

/// Files that hold one known thing each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Special {
    /// `etcd_info/member_list.json`
    EtcdMembers,
    /// `etcd_info/endpoint_health.json`
    EtcdHealth,
    /// `etcd_info/endpoint_status.json`
    EtcdStatus,
    /// `etcd_info/alarm_list.json`
    EtcdAlarms,
    /// `etcd_info/object_count.json`
    EtcdObjects,
    /// `monitoring/prometheus/rules.json`, in 4.7 and 4.8 `monitoring/alerts.json`
    Alerts,
    /// `monitoring/prometheus/rules.stderr`, in 4.7 and 4.8 `monitoring/alert.stderr`: what went wrong
    /// when the alerts were asked for, as text.
    AlertsComplaint,
    /// `monitoring/prometheus/prometheus-k8s-<replica>/active-targets.json`
    Targets(u8),
    /// `monitoring/prometheus/prometheus-k8s-<replica>/status/tsdb.json`
    Series(u8),
}

impl Special {
    /// Whether it is text that is neither YAML nor JSON.
    pub(crate) fn is_text(self) -> bool {
        self == Self::AlertsComplaint
    }

    /// Where a must-gather has it, for the reader who looks for it.
    pub const fn usual_path(self) -> &'static str {
        match self {
            Self::EtcdMembers => "etcd_info/member_list.json",
            Self::EtcdHealth => "etcd_info/endpoint_health.json",
            Self::EtcdStatus => "etcd_info/endpoint_status.json",
            Self::EtcdAlarms => "etcd_info/alarm_list.json",
            Self::EtcdObjects => "etcd_info/object_count.json",
            Self::Alerts => "monitoring/prometheus/rules.json",
            Self::AlertsComplaint => "monitoring/prometheus/rules.stderr",
            Self::Targets(0) => "monitoring/prometheus/prometheus-k8s-0/active-targets.json",
            Self::Targets(_) => "monitoring/prometheus/prometheus-k8s-1/active-targets.json",
            Self::Series(0) => "monitoring/prometheus/prometheus-k8s-0/status/tsdb.json",
            Self::Series(_) => "monitoring/prometheus/prometheus-k8s-1/status/tsdb.json",
        }
    }
}

/// A path with the collection it belongs to and what it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed<'p> {
    /// The folder of the collection, without a trailing slash; empty at the top.
    pub root: &'p str,
    /// What the file is.
    pub artifact: Artifact<'p>,
    /// What made the collection, as far as this path tells.
    pub format: Format,
}

/// Says what the file at `path` is.
pub fn place(path: &str) -> Placed<'_> {
    let noise = Placed { root: parent(path), artifact: Artifact::Noise, format: Format::Objects };
    // The shadow of a file, which macOS puts beside it, holds nothing.
    if file_name(path).starts_with("._") {
        return noise;
    }
    LAYOUTS.iter().find_map(|layout| layout(path)).unwrap_or(noise)
}

/// The folder of the collection that the file at `path` proves by the folders it stands in, empty at the
/// top. A file whose name alone says something proves nothing.
pub(crate) fn collection_of(path: &str) -> Option<&str> {
    if file_name(path).starts_with("._") {
        return None;
    }
    let Placed { root, format, .. } = place(path);
    match format {
        Format::Objects => None,
        Format::ClusterInfoDump => cluster_info_dump::is_sign(path).then(|| parent(parent(path))),
        _ => (parent(path) != root).then_some(root),
    }
}

/// Splits `path` before and after the first of its folders that `is_marker` knows by its name and by
/// what stands below it. Answers what stands before it, the folder and what stands below it.
fn split(path: &str, is_marker: impl Fn(&str, &str) -> bool) -> Option<(&str, &str, &str)> {
    let mut start = 0;
    for folder in path.split('/') {
        let end = start + folder.len();
        if let Some(below) = path.get(end + 1..)
            && is_marker(folder, below)
        {
            let root = path.get(..start).unwrap_or_default();
            return Some((root.trim_end_matches('/'), folder, below));
        }
        start = end + 1;
    }
    None
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The name of a YAML or JSON file without its suffix.
fn stem(name: &str) -> Option<&str> {
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".json")).or(name.strip_suffix(".yml"))
}

/// A log without what says that it is one and that it is packed.
fn log_stem(file: &str) -> Option<&str> {
    file.strip_suffix(".gz").unwrap_or(file).strip_suffix(".log")
}

/// The resource whose objects are of that kind, in small letters; the kind itself where it is unknown.
fn resource_of<'p>(group: &str, kind: &'p str) -> &'p str {
    let is_it = |known: &&&Kind| known.group == group && known.name.eq_ignore_ascii_case(kind);
    ALL.iter().find(is_it).map_or(kind, |known| known.plural)
}

/// A resource and its place; an empty namespace is cluster scope.
fn at<'p>(group: &'p str, resource: &'p str, namespace: &'p str) -> ResourcePath<'p> {
    ResourcePath { group, resource, namespace }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words that some layout knows, and some that none does.
    const WORDS: &[&str] = &[
        "namespaces",
        "cluster-scoped-resources",
        "config",
        "pod",
        "pods",
        "logs",
        "cluster",
        "v1",
        "apps-v1",
        "cluster-resources",
        "custom-resources",
        "conditional",
        "clusteroperator",
        "core",
        "a.b",
        "x",
        "",
        "nodes",
        "nodes.json",
        "pods.yaml",
        "x.json",
        "logs.txt",
        "current.log",
        "c_current.log",
        "x-previous.log",
        "version.json",
        "insights-operator",
        "containers",
        "operator",
        "replication-controllers.json",
        "etcd_info",
        "monitoring",
        "static-pods",
    ];

    #[test]
    fn a_collection_is_proved_by_its_folders() {
        for (path, root) in [
            ("a/namespaces/x/core/pods.yaml", Some("a")),
            ("cluster-scoped-resources/core/nodes/n.yaml", Some("")),
            ("b/cluster-resources/nodes.json", Some("b")),
            ("d/default/replication-controllers.json", Some("d")),
            ("default/replication-controllers.json", Some("")),
            ("a/timestamp", None),
            ("a/version", None),
            ("a/nodes.json", None),
            ("a/pods.yaml", None),
            ("a/must-gather.tar.gz", None),
        ] {
            assert_eq!(collection_of(path), root, "{path}");
        }
    }

    proptest! {
        #[test]
        fn every_path_has_a_place_and_every_name_is_one_folder(
            parts in prop::collection::vec(prop::sample::select(WORDS), 1..9)
        ) {
            let path = parts.join("/");
            let placed = place(&path);
            let rest = path.strip_prefix(placed.root).unwrap();
            prop_assert!(placed.root.is_empty() || rest.is_empty() || rest.starts_with('/'));
            let names = match placed.artifact {
                Artifact::List(at) | Artifact::Object(at) | Artifact::Dumped(at) => {
                    vec![at.group, at.resource, at.namespace]
                }
                Artifact::Log(log) | Artifact::LogPart(log) => {
                    vec![log.namespace, log.container]
                }
                _ => Vec::new(),
            };
            prop_assert!(names.iter().all(|name| !name.contains('/')), "{names:?} of {path}");
        }
    }
}
