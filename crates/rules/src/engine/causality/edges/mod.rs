//! The table of edges: how a failure of one component shows in the messages of another.
//!
//! The signatures are what upstream writes: openshift/library-go `pkg/operator/staticpod` names
//! nodes, kubernetes/kube-aggregator names endpoints, the operators join reasons and messages of
//! their controllers (`pkg/operator/status/condition.go`).

mod apis;
mod certificates;
mod control_plane;
mod edge;
mod link;
mod network;
mod nodes;
mod operators;
mod platform;
mod pods;
mod pools;
mod routing;
mod signature;
mod specific;
mod table;
mod update;

pub(super) use edge::Edge;
pub(super) use link::{Link, Name};
pub(super) use table::all;
