//! Says why a text could not be read, and at which byte.
//!
//! `Stop` is what the native readers say to each other; only `YamlError` leaves this module. The
//! difference between them is `Outside`: well-formed or not, it is for the library to judge.

/// Why a text is not a tree of values. Offsets are bytes into the text that was given.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum YamlError {
    /// The text is neither YAML nor JSON, or it is YAML that is refused because it would grow too large.
    #[error("{message} at byte {offset}")]
    Syntax {
        /// What is wrong there.
        message: String,
        /// Where reading stopped.
        offset: usize,
    },
    /// Collections are nested deeper than any resource is.
    #[error("collections are nested too deeply at byte {offset}")]
    TooDeep {
        /// Where the nesting passed the limit.
        offset: usize,
    },
    /// The text holds more values than are borne.
    #[error("it holds too many values at byte {offset}")]
    TooMany {
        /// Where reading stopped.
        offset: usize,
    },
    /// The text has 4 GiB or more.
    #[error("the text is 4 GiB or larger")]
    TooLarge,
}

/// Why a native reader stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Not in the native subset; the library decides whether it is YAML at all.
    Outside { what: &'static str, offset: usize },
    /// Malformed for every reader.
    Syntax { what: &'static str, offset: usize },
    /// Nested beyond the limit; must not reach the library either.
    TooDeep { offset: usize },
    /// Values beyond the limit; must not reach the library either.
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
