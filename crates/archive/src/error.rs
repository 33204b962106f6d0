//! Says why an input could not be read at all.
//!
//! A problem with a part of an input is [`Damage`](super::Damage) and not an error.

use std::path::PathBuf;

/// The input could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The path does not exist.
    #[error("{}: {}", path.display(), self.reason())]
    NotFound {
        /// The path of the input.
        path: PathBuf,
    },
    /// The path cannot be opened, or its first bytes cannot be read.
    #[error("{}: {}", path.display(), self.reason())]
    Unreadable {
        /// The path of the input.
        path: PathBuf,
        /// The operating system's reason.
        why: String,
    },
    /// The path is a fifo, a socket or a device, which could block forever.
    #[error("{}: {}", path.display(), self.reason())]
    NotAFile {
        /// The path of the input.
        path: PathBuf,
        /// What is there instead.
        kind: &'static str,
    },
    /// The file has no content.
    #[error("{}: {}", path.display(), self.reason())]
    Empty {
        /// The path of the input.
        path: PathBuf,
    },
    /// The format of the file is not supported.
    #[error("{}: {}", path.display(), self.reason())]
    UnknownFormat {
        /// The path of the input.
        path: PathBuf,
        /// What the first bytes look like, as a phrase: "a rar archive".
        found: String,
    },
}

impl SourceError {
    /// The reason without the path.
    pub fn reason(&self) -> String {
        match self {
            Self::NotFound { .. } => "no such file or directory".to_owned(),
            Self::Unreadable { why, .. } => why.clone(),
            Self::NotAFile { kind, .. } => format!("is a {kind}, not a file or directory"),
            Self::Empty { .. } => "is empty".to_owned(),
            Self::UnknownFormat { found, .. } => format!(
                "not a supported format: {found}; expected a directory, tar, zip or text, \
                 optionally compressed with gzip, xz, zstd or bzip2"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_starts_with_its_path() {
        let path = PathBuf::from("a.tgz");
        let error = SourceError::NotAFile { path: path.clone(), kind: "fifo" };
        assert_eq!(error.to_string(), "a.tgz: is a fifo, not a file or directory");
        let found = "a rar archive".to_owned();
        let error = SourceError::UnknownFormat { path, found };
        let expected = "a.tgz: not a supported format: a rar archive; expected a directory, tar, \
                        zip or text, optionally compressed with gzip, xz, zstd or bzip2";
        assert_eq!(error.to_string(), expected);
    }
}
