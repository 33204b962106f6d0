//! What the commands share that read their inputs one after the other.

use std::io;
use std::path::PathBuf;

use mustknow_archive::Limits;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::args::LimitArgs;
use crate::inputs::{self, CommandInputs};
use crate::progress::TotalProgress;
use crate::{messages, scan};

/// The inputs of a command, and what each is read with.
pub(super) struct OneByOne {
    pub(super) inputs: CommandInputs,
    pub(super) limits: Limits,
    pub(super) pool: ThreadPool,
    pub(super) total: TotalProgress,
}

impl OneByOne {
    /// Finds the inputs; None if the command line is wrong, which is then said.
    pub(super) fn begin(
        paths: &[PathBuf],
        jobs: Option<u16>,
        limits: &LimitArgs,
    ) -> io::Result<Option<Self>> {
        let inputs = match CommandInputs::find(paths, None) {
            Ok(inputs) => inputs,
            Err(message) => {
                messages::error(&message);
                return Ok(None);
            }
        };
        if let Some(skipped) = &inputs.skipped {
            messages::warn(skipped);
        }
        let threads = scan::threads(jobs);
        let limits = limits.limits(threads, limits.memory(threads));
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(io::Error::other)?;
        let total = TotalProgress::new(inputs.each.iter().map(|paths| inputs::size(paths)));
        Ok(Some(Self { inputs, limits, pool, total }))
    }
}
