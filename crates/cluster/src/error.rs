//! Why an input could not be read at all.

use mustknow_archive::SourceError;

/// Why `open` gave up. What is broken inside an archive is damage, not an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input itself could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The input was read, but nothing in it belongs to a cluster.
    #[error(
        "{path}: nothing of a cluster in it ({entries} {} read, {seen})",
        if *entries == 1 { "file" } else { "files" }
    )]
    NotADump {
        /// The input.
        path: String,
        /// How many files it holds.
        entries: u64,
        /// What was there instead.
        seen: String,
    },
    /// The rules ask for log lines in a way that cannot be searched for.
    #[error("the log patterns of the rules cannot be compiled: {0}")]
    Patterns(String),
}
