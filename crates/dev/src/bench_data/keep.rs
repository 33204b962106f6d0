//! The chore `cargo bench-data`.

use std::{error::Error, path::PathBuf, time::Instant};

use super::{Size, make};
use crate::workspace;

/// The seed of the data that everybody measures.
pub const SEED: u64 = 16;

/// Less would not hold the cluster of the fixtures.
const LEAST: Size = Size(2 << 20);

/// Makes the data of that size in `out`, or else below the target folder, and says what it is.
pub fn keep(size: Size, seed: u64, out: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    if size < LEAST {
        return Err(format!("the smallest size is {LEAST}").into());
    }
    let folder = out.unwrap_or_else(|| default_folder(size));
    let start = Instant::now();
    let made = make(size, seed, &folder)?;
    eprintln!("{}\n{}", made.archive.display(), made.summary);
    eprintln!("took {:.1} s", start.elapsed().as_secs_f32());
    Ok(())
}

/// Where data of that size is kept.
pub fn default_folder(size: Size) -> PathBuf {
    workspace().join("target/bench-data").join(size.to_string())
}
