//! A whole cluster with one fault put into it, and what it is known by.

mod all;
mod calm;
mod control_plane;
mod nodes;
mod patch;
mod workloads;

pub use all::{ClusterFault, FAULTS};
