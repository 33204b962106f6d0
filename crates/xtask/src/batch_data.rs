//! The task `cargo xtask generate batch-data`.

use std::error::Error;
use std::path::Path;

use mustknow_testkit::batch_data::{GeneratedBatch, write};

/// Writes `count` archives into a folder and says on standard error how it went.
pub(crate) fn keep(folder: &Path, count: usize, seed: u64) -> Result<(), Box<dyn Error>> {
    let GeneratedBatch { whole, damaged, unreadable } = write(folder, count, seed)?;
    eprintln!("wrote {count} archives to {}:", folder.display());
    for (name, count) in whole {
        eprintln!("{count:>6} {name}");
    }
    eprintln!("{damaged:>6} damaged\n{unreadable:>6} no archives");
    Ok(())
}
