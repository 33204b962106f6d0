//! Why an input could not be read at all.
//!
//! What is wrong with a part of an input is no error but [`Damage`](super::Damage).

use std::path::PathBuf;

/// The input could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nothing is at the path.
    #[error("there is no {}", path.display())]
    NotFound {
        /// Where the input was looked for.
        path: PathBuf,
    },
    /// The path cannot be opened, or its first bytes cannot be read.
    #[error("{} cannot be read: {why}", path.display())]
    Unreadable {
        /// The path of the input.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// The path is a fifo, a socket or a device, which could block for ever.
    #[error("{} is neither a file nor a directory but a {kind}", path.display())]
    NotAFile {
        /// The path of the input.
        path: PathBuf,
        /// What is there instead.
        kind: &'static str,
    },
    /// The file is zero bytes long.
    #[error("{} is empty", path.display())]
    Empty {
        /// The path of the input.
        path: PathBuf,
    },
    /// The file is none of the formats that can be read.
    #[error(
        "{} is {found}, not a directory, a tar or zip, a text, or one of these in gzip, xz, zstd or bzip2",
        path.display()
    )]
    UnknownFormat {
        /// The path of the input.
        path: PathBuf,
        /// What the first bytes look like, as words: "a rar archive".
        found: String,
    },
}
