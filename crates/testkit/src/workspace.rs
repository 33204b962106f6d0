//! The root of the workspace in which cargo runs a task.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The root of the workspace that cargo runs this in.
///
/// Asked at run time: two checkouts that share a target folder share this binary.
pub fn workspace() -> PathBuf {
    let built_in = || env!("CARGO_MANIFEST_DIR").into();
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(built_in, PathBuf::from);
    here.ancestors().nth(2).map_or_else(|| here.clone(), Path::to_path_buf)
}
