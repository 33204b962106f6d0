//! What comes out of a stream: entries, damage, and the last word when it has ended.
//!
//! A body is lent, not given: it is a window on the stream that closes when the visitor returns.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

/// Whoever is shown the entries; `Break` ends the stream early.
pub type Visitor<'v> = Box<dyn FnMut(Entry<'_>) -> ControlFlow<()> + 'v>;

/// One file, link or device of the input.
///
/// Directories are not entries. Names can come twice, as tar allows it: which one counts is the
/// visitor's to say.
pub struct Entry<'a> {
    /// Its place in the stream.
    pub number: u64,
    /// The cleaned path: relative, parts joined by `/`, none of them empty, `.` or `..`.
    ///
    /// Bytes that are not UTF-8 are replaced. Control characters are not: whoever prints a path
    /// escapes it.
    pub path: String,
    /// The length in bytes that the input announces. A hint only: it may be a lie.
    pub size: Option<u64>,
    /// It is all that the input holds: its name is the input's and says nothing of what it is.
    pub is_input: bool,
    /// The contents.
    pub body: Body<'a>,
}

/// The bytes of a file that can be looked at before they are read.
pub(super) type Contents<'c> = dyn BufRead + Send + 'c;

/// The contents of an entry.
pub enum Body<'a> {
    /// The bytes of a file, which the visitor may read in full, in part or not at all.
    ///
    /// A read fails where the file breaks off before its announced end.
    File(&'a mut dyn Read),
    /// What the entry is when it is no file ("symbolic link"): named, never followed or opened.
    Other(&'static str),
}

/// A file or a part of the input that could not be read as it should have been.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The path of the entry, or the name of the whole input.
    pub path: String,
    /// What is wrong with it: a fragment of a sentence, lower case, no full stop.
    pub why: String,
}

/// What is left to say when the stream has ended.
#[derive(Debug, Default)]
pub struct End {
    /// What could not be read.
    pub damage: Vec<Damage>,
    /// The paths of archives that were opened within the input, the first ten thousand.
    pub archives: Vec<String>,
    /// The paths of what broke off or has a hole; empty for the input itself.
    pub cuts: Vec<String>,
    /// True when the stream broke off or has a hole: what is absent may only be cut off.
    pub truncated: bool,
    /// The uncompressed bytes of file bodies that passed, whether the visitor read or skipped them.
    ///
    /// What a visitor skips in a directory is not touched and does not count.
    pub bytes_read: u64,
    /// The number of entries handed to the visitor.
    pub entries: u64,
}

impl End {
    /// Notes that what is missing anywhere in the input called `name` may have been there.
    pub fn cut(&mut self, name: &str, why: String) {
        self.truncated = true;
        self.cuts.push(String::new());
        self.damage.push(Damage { path: name.to_owned(), why });
    }

    /// The last word on two parts of one input.
    #[must_use]
    pub fn and(mut self, mut other: Self) -> Self {
        self.damage.append(&mut other.damage);
        self.damage.sort();
        self.archives.append(&mut other.archives);
        self.cuts.append(&mut other.cuts);
        self.truncated |= other.truncated;
        self.bytes_read = self.bytes_read.saturating_add(other.bytes_read);
        self.entries += other.entries;
        self
    }
}
