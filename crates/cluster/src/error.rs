//! Why an input could not be read at all.

use mustknow_archive::SourceError;

/// Why `open` failed. A damaged file inside an archive is recorded as damage and is not an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input itself could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The input was read and contains no cluster data.
    #[error(
        "{path}: no cluster data found ({entries} {} read; {examples})",
        if *entries == 1 { "file" } else { "files" }
    )]
    NotADump {
        /// The input.
        path: String,
        /// How many files it contains.
        entries: u64,
        /// Some of the files it contains, and the first damage.
        examples: String,
    },
    /// A log pattern of a rule is invalid.
    #[error("the log patterns of the rules cannot be compiled: {0}")]
    Patterns(String),
}
