//! The task `cargo xtask generate crash-loop-data`.

use std::error::Error;
use std::path::Path;

use mustknow_testkit::bench_data::SEED;
use mustknow_testkit::crash_loop_data::{CrashLoopPattern, make};

/// Writes a must-gather with that many crash-looping pods into a folder.
pub(crate) fn keep(folder: &Path, pattern: CrashLoopPattern) -> Result<(), Box<dyn Error>> {
    eprintln!("{}", make(pattern, SEED, folder)?.display());
    Ok(())
}
