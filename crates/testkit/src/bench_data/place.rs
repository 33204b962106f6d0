//! The seed that every measurement uses, and where its data is kept.

use std::path::PathBuf;

use super::ByteSize;
use crate::workspace;

/// The seed of the data that is measured.
pub const SEED: u64 = 16;

/// Where all data of measurements is kept.
pub fn folder() -> PathBuf {
    workspace().join("target/bench-data")
}

/// Where data of that size is kept.
pub fn default_folder(size: ByteSize) -> PathBuf {
    folder().join(size.to_string())
}
