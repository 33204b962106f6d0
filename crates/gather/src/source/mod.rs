//! What an input holds, as one forward stream of paths and bytes.
//!
//! A directory, a tar, a tar in gzip or in xz and a single text all look the same from here on: [`read`]
//! hands out one [`Entry`] after the other and [`End`] says what could not be read. An input is
//! recognised by its first bytes (`format`), never by its name; a compression is one more arm of
//! `decode`, a container one more file beside `tar` and `dir`. Nothing is unpacked, nothing is sought,
//! and whatever the input claims, memory stays within the limits in `bounds`.

mod ahead;
mod bounds;
mod decode;
mod dir;
mod entry;
mod error;
mod format;
mod gzip;
mod input;
mod path;
mod progress;
mod stream;
mod tally;
mod tar;
#[cfg(test)]
mod tests;
mod words;

pub use entry::{Body, Damage, End, Entry, Visitor};
pub use error::SourceError;
pub use input::{input_size, read};
