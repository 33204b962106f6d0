//! Classifies the files of a dump by their paths: what a file contains, and which collection it
//! belongs to.
//!
//! Each layout is a module of its own, and they are tried in turn. Wrapper folders have any name
//! and any depth, so a layout looks for the folders that only it has: the path before them is the
//! root of the collection, the path after them shows what the file contains. Rules do not depend on
//! the layout.

mod artifact;
mod classify;
pub(crate) mod cluster_info_dump;
mod crust_gather;
pub(crate) mod foreign_lines;
pub(crate) mod go_field_names;
mod insights;
pub(crate) mod manifest;
mod must_gather;
pub(crate) mod nested_archives;
mod paths;
pub(crate) mod pod_logs;
mod support_bundle;

pub use artifact::{Artifact, Classified, LogFile, ResourcePath};
pub use classify::classify;
pub(crate) use classify::collection_of;
pub use manifest::is_text_file;
pub(crate) use support_bundle::HIDDEN;
