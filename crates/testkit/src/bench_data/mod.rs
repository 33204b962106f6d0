//! A big must-gather of a healthy cluster, made up from a seed: what the benchmark reads.
//!
//! The cluster is the healthy one of the fixtures, with a thousand times the bulk around it: more
//! namespaces, pods, Secrets, ConfigMaps, CRDs, events and logs, in the proportions of a must-gather
//! of a real cluster. It is made up and not recorded, so no real cluster's data is needed to measure,
//! and everybody measures the same bytes. Each file comes from the seed and its own path alone, and
//! is written as soon as it is made: the memory needed does not grow with the size.

mod config_maps;
mod crds;
mod dice;
mod events;
mod images;
mod item;
mod list;
mod logs;
mod make;
mod managed;
mod model;
mod pages;
mod place;
mod plan;
mod pods;
mod request_counts;
mod secrets;
mod single;
mod sink;
mod size;
mod template;
mod text;
mod workloads;

pub(crate) use dice::Dice;
pub use make::{BenchData, make};
pub use place::{SEED, default_folder, folder};
pub use size::ByteSize;
