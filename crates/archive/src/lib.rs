//! Reads an input as one forward stream of paths and bytes.
//!
//! The input is a directory, a tar, a zip or a single text, optionally compressed with gzip, xz, zstd or
//! bzip2, and nested in one another. [`read`] passes one [`Entry`] after the other to a visitor;
//! [`StreamEnd`] lists what could not be read. `format` detects what a stream is by its first bytes,
//! never by its name, and `open` opens it. To add a compression, add an arm to `decode`; to add a
//! container, add a module beside `tar`, `zip` and `dir`. Nothing is unpacked to disk. Memory stays
//! within the limits of a [`Budget`], which hold for the whole input including nested archives.

mod budget;
mod bzip2;
mod deadline;
mod decode;
pub mod describe;
mod dir;
mod entry;
mod error;
mod file_kind;
mod format;
mod gzip;
mod input;
mod ledger;
mod limits;
mod open;
mod origin;
mod path;
mod position;
mod progress;
mod read_ahead;
mod stream;
mod tar;
mod tar_header;
#[cfg(test)]
mod tests;
mod zip;
mod zstd;

pub use budget::Budget;
pub use deadline::Deadline;
pub use entry::{Damage, Entry, EntryBody, StreamEnd, Visitor};
pub use error::SourceError;
pub use file_kind::{FileKind, kind_of};
pub use format::without_suffix;
pub use input::{input_size, read, read_stream};
pub use ledger::MayOpen;
pub use limits::{BUFFER, Limit, Limits, duration, size};
