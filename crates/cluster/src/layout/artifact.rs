//! What a file of a dump is, by its path.

use crate::model::format::Format;
use crate::model::known_file::KnownFile;

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
    KnownFile(KnownFile),
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

/// A path with the collection it belongs to and what it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classified<'p> {
    /// The folder of the collection, without a trailing slash; empty at the top.
    pub root: &'p str,
    /// What the file is.
    pub artifact: Artifact<'p>,
    /// What made the collection, as far as this path tells.
    pub format: Format,
}
