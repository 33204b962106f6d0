//! Says why a text could not be read, and at which byte.
//!
//! `Stop` is internal to the native readers; callers get `YamlError`. `Outside` means that the
//! library decides whether the text is valid.

/// Why a text could not be parsed. Offsets are bytes into the given text.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum YamlError {
    /// The text is neither YAML nor JSON, or it is YAML that would expand too much.
    #[error("{message} at byte {offset}")]
    Syntax {
        /// What is wrong there.
        message: String,
        /// Where reading stopped.
        offset: usize,
    },
    /// Collections are nested too deeply.
    #[error("collections are nested too deeply at byte {offset}")]
    TooDeep {
        /// Where the nesting exceeded the limit.
        offset: usize,
    },
    /// The text has too many values.
    #[error("too many values at byte {offset}")]
    TooMany {
        /// Where reading stopped.
        offset: usize,
    },
    /// The text has 4 GiB or more.
    #[error("text is 4 GiB or larger")]
    TooLarge,
}

/// Why a native reader stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Not in the native subset; the library decides whether it is valid YAML.
    Outside { what: &'static str, offset: usize },
    /// Malformed for every reader.
    Syntax { what: &'static str, offset: usize },
    /// Nested beyond the limit; the library must not read it either.
    TooDeep { offset: usize },
    /// Values beyond the limit; the library must not read it either.
    TooMany { offset: usize },
}

impl Stop {
    pub(super) fn offset(self) -> usize {
        match self {
            Self::Outside { offset, .. }
            | Self::Syntax { offset, .. }
            | Self::TooDeep { offset }
            | Self::TooMany { offset } => offset,
        }
    }
}

impl From<Stop> for YamlError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Outside { what, offset } | Stop::Syntax { what, offset } => {
                Self::Syntax { message: what.to_owned(), offset }
            }
            Stop::TooDeep { offset } => Self::TooDeep { offset },
            Stop::TooMany { offset } => Self::TooMany { offset },
        }
    }
}
