//! A must-gather of a cluster in which very many pods are crash-looping: what the cost of judging is
//! measured with.
//!
//! Around the healthy cluster of the fixtures stand Deployments none of whose pods starts, each with
//! its ReplicaSet, Service, Endpoints and events. The same pattern gives the same bytes.

mod make;
mod objects;
mod pattern;

pub use make::make;
pub use pattern::CrashLoopPattern;
