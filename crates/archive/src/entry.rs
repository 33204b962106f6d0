//! Defines what a stream yields: entries, damage, and a summary at its end.
//!
//! A body is borrowed: it is a window on the stream that closes when the visitor returns.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

/// Receives the entries; `Break` ends the stream early.
pub type Visitor<'v> = Box<dyn FnMut(Entry<'_>) -> ControlFlow<()> + 'v>;

/// One file, link or device of the input.
///
/// Directories are not entries. A name can occur twice, as tar allows; the visitor decides which
/// one counts.
pub struct Entry<'a> {
    /// The position in the stream.
    pub number: u64,
    /// The cleaned path: relative, parts joined by `/`, none of them empty, `.` or `..`.
    ///
    /// Bytes that are not UTF-8 are replaced. Control characters are kept: code that prints a path
    /// escapes it.
    pub path: String,
    /// The length in bytes that the input declares. It is only a hint and may be wrong.
    pub size: Option<u64>,
    /// Whether this is the whole input: its name is the input's and says nothing about its
    /// content.
    pub is_input: bool,
    /// The contents.
    pub body: EntryBody<'a>,
}

/// The bytes of a file, with a look ahead.
pub(super) type Contents<'c> = dyn BufRead + Send + 'c;

/// The contents of an entry.
pub enum EntryBody<'a> {
    /// The bytes of a file, which the visitor may read in full, in part or not at all.
    ///
    /// Reading fails if the file ends before its declared length.
    File(&'a mut dyn Read),
    /// What the entry is if it is not a file ("symbolic link"). It is named, never followed or
    /// opened.
    Other(&'static str),
}

/// A file or a part of the input that could not be read completely.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The path of the entry, or the name of the whole input.
    pub path: String,
    /// What is wrong: a phrase in lower case without a full stop.
    pub why: String,
}

/// Summarises the stream at its end.
#[derive(Debug, Default)]
pub struct StreamEnd {
    /// What could not be read.
    pub damage: Vec<Damage>,
    /// The paths of archives that were opened within the input; at most ten thousand.
    pub archives: Vec<String>,
    /// The paths of what was truncated or has a gap; empty for the input itself.
    pub truncated_paths: Vec<String>,
    /// True if the stream was truncated or has a gap: a missing entry may have been lost.
    pub truncated: bool,
    /// The uncompressed bytes of file bodies that were read or skipped.
    ///
    /// Skipped files of a directory are not read and do not count.
    pub bytes_read: u64,
    /// The number of entries handed to the visitor.
    pub entries: u64,
}

impl StreamEnd {
    /// Notes that entries may be missing anywhere in the input called `name`.
    pub fn note_truncation(&mut self, name: &str, why: String) {
        self.truncated = true;
        self.truncated_paths.push(String::new());
        self.damage.push(Damage { path: name.to_owned(), why });
    }

    /// Merges the summaries of two parts of one input.
    #[must_use]
    pub fn merge(mut self, mut other: Self) -> Self {
        self.damage.append(&mut other.damage);
        self.damage.sort();
        self.archives.append(&mut other.archives);
        self.truncated_paths.append(&mut other.truncated_paths);
        self.truncated |= other.truncated;
        self.bytes_read = self.bytes_read.saturating_add(other.bytes_read);
        self.entries += other.entries;
        self
    }
}
