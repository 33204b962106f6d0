//! One edge of the graph.

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::snapshot::Searched;

use crate::terms::evidence::Subject;

/// How an object depends on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// A workload and the objects that it creates.
    Owns,
    /// A pod and its node.
    RunsOn,
    /// A pod and a claim that it mounts.
    Mounts,
    /// A claim and its volume.
    BoundTo,
    /// A claim or a volume and its class.
    Provisioned,
    /// A Service or a budget and the pods that its labels select.
    Selects,
    /// An API, a webhook or a conversion and the Service that answers for it.
    ServedBy,
    /// An Ingress or a Route and the Service behind it.
    SendsTo,
    /// An autoscaler and its target.
    Scales,
    /// An object and another that its spec names.
    Uses,
    /// An operator and what it reports for.
    ReportsFor,
    /// The update and what it waits for.
    WaitsFor,
    /// A pool and its nodes, or a machine and its node.
    Manages,
}

impl Relation {
    /// The relation in words, between the two objects.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owns => "owns",
            Self::RunsOn => "runs on",
            Self::Mounts => "mounts",
            Self::BoundTo => "is bound to",
            Self::Provisioned => "is provisioned by",
            Self::Selects => "selects",
            Self::ServedBy => "is served by",
            Self::SendsTo => "sends to",
            Self::Scales => "scales",
            Self::Uses => "uses",
            Self::ReportsFor => "reports for",
            Self::WaitsFor => "waits for",
            Self::Manages => "manages",
        }
    }
}

/// What an object depends on.
#[derive(Clone, Debug)]
pub struct ObjectDependency<'s> {
    /// How.
    pub relation: Relation,
    /// On what.
    pub target: DependencyTarget<'s>,
}

/// The end of an edge.
#[derive(Clone, Debug)]
pub enum DependencyTarget<'s> {
    /// It is in the archive.
    Here(&'s Resource),
    /// It does not exist: it is not in the list that would contain it.
    Absent(Subject, Searched),
    /// It is not in the archive, and why that proves nothing.
    Unknown(Subject, String),
}

impl DependencyTarget<'_> {
    /// The object.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Here(resource) => Subject::of(resource),
            Self::Absent(subject, _) | Self::Unknown(subject, _) => subject.clone(),
        }
    }
}

/// The subject of an object that is known by its name alone.
pub(super) fn named(kind: &'static Kind, namespace: &str, name: &str) -> Subject {
    if kind.namespaced {
        Subject::namespaced(kind.name, namespace, name)
    } else {
        Subject::cluster(kind.name, name)
    }
}
