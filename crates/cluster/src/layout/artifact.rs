//! What a file of a dump contains, according to its path.

use crate::model::format::Format;
use crate::model::known_file::KnownFile;

/// What a file contains, according to its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Artifact<'p> {
    /// Every object of one resource in one namespace: `namespaces/x/core/pods.yaml`.
    List(ResourcePath<'p>),
    /// One object, or some objects: `cluster-scoped-resources/core/nodes/a.yaml`.
    Object(ResourcePath<'p>),
    /// Every object of one resource, if its folder turns out to be a namespace of a cluster-info
    /// dump.
    ClusterInfoList(ResourcePath<'p>),
    /// A log of one container or of one node service.
    Log(LogFile<'p>),
    /// Some lines of such a log, selected by the collector.
    PartialLog(LogFile<'p>),
    /// The logs of all containers of a pod, one after another.
    PodLogs,
    /// A file with a known content other than Kubernetes objects.
    KnownFile(KnownFile),
    /// `timestamp`: the time of the collection.
    Timestamp,
    /// `collected.timestamp` of crust-gather: when the client began to collect.
    CollectionStart,
    /// A log of the collector: `must-gather.logs`, `gather.logs`.
    GatherLog,
    /// The report of must-gather-clean.
    CleanReport,
    /// YAML or JSON at an unknown path, which may contain Kubernetes objects.
    Manifest,
    /// A file whose name shows nothing; its first bytes may show that it contains Kubernetes
    /// objects.
    Unrecognized,
    /// A file that no rule reads.
    Ignored,
}

/// The resource and namespace of the objects in a file, according to its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourcePath<'p> {
    /// The API group; empty for the core group.
    pub group: &'p str,
    /// The resource: `configmaps`.
    pub resource: &'p str,
    /// The namespace; empty for cluster-scoped resources.
    pub namespace: &'p str,
}

/// The container or node service that wrote a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogFile<'p> {
    /// The namespace of the pod; empty for a node service.
    pub namespace: &'p str,
    /// The pod; for a node service its node, or the role of the nodes whose logs are in one file.
    pub pod: &'p str,
    /// The container or node service.
    pub container: &'p str,
    /// Whether the log is from before the last restart, or rotated.
    pub earlier: bool,
}

impl LogFile<'_> {
    /// Whether a node service wrote it.
    pub(crate) fn is_of_node(&self) -> bool {
        self.namespace.is_empty()
    }
}

/// What a file contains, and which collection it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classified<'p> {
    /// The root folder of the collection, without a trailing slash; empty at the top.
    pub root: &'p str,
    /// What the file contains.
    pub artifact: Artifact<'p>,
    /// The format of the collection, as far as this path shows it.
    pub format: Format,
}
