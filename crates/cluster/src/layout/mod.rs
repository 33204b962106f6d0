//! From the path of a file to what it is and to the collection it belongs to.
//!
//! Each layout is a file of its own and is asked in turn. Wrapper folders have any name and any
//! depth, so a layout looks for the folders that only it has: what stands before them is the root of
//! the collection, what stands after them says what the file is. No rule learns where a fact came from.

mod artifact;
mod classify;
pub(crate) mod cluster_info_dump;
mod crust_gather;
pub(crate) mod go_field_names;
mod insights;
pub(crate) mod loose;
mod must_gather;
pub(crate) mod nested_archives;
mod paths;
pub(crate) mod pod_logs;
mod support_bundle;

pub use artifact::{Artifact, Classified, LogFile, ResourcePath};
pub use classify::classify;
pub(crate) use classify::collection_of;
pub use loose::is_text_file;
pub(crate) use support_bundle::HIDDEN;
