//! What an input holds, as one forward stream of paths and bytes.
//!
//! A directory, a tar, a zip and a single text, any of them in gzip, xz, zstd or bzip2 and within one
//! another, all look the same from here on: [`read`] hands out one [`Entry`] after the other and [`End`]
//! says what could not be read. Everything is recognised by its first bytes (`format`), never by its
//! name, and opened by `nest`; a compression is one more arm of `decode`, a container one more file
//! beside `tar`, `zip` and `dir`. Nothing is unpacked to a disk, and whatever the input claims, memory
//! stays within the limits of a [`Budget`], which hold for the whole input and not for each archive in it.

mod ahead;
mod budget;
mod bzip2;
mod decode;
mod dir;
mod entry;
mod error;
mod format;
mod gzip;
mod input;
mod kind;
mod ledger;
mod limits;
mod nest;
mod path;
mod progress;
mod stream;
mod tar;
#[cfg(test)]
mod tests;
pub mod words;
mod zip;
mod zstd;

pub use budget::Budget;
pub use entry::{Body, Damage, End, Entry, Visitor};
pub use error::SourceError;
pub use format::without_suffix;
pub use input::{input_size, read, read_stream};
pub use kind::{FileKind, kind_of};
pub use ledger::MayOpen;
pub use limits::{BUFFER, Limit, Limits, duration, size};
