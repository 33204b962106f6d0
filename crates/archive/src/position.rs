//! Says where in an archive its reader is, for damage messages.

use std::fmt;

use super::describe;

/// The position of a reader among the entries of its archive.
pub(super) enum ArchivePosition {
    Start,
    In(Vec<u8>),
    After(Vec<u8>),
}

impl fmt::Display for ArchivePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("before the first entry"),
            Self::In(name) => write!(f, "in entry {}", describe::name(name)),
            Self::After(name) => write!(f, "after entry {}", describe::name(name)),
        }
    }
}
