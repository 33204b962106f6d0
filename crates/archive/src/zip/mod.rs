//! Reads the entries of a zip archive.
//!
//! A file is read by its central directory, which is at the end (`directory`). In a stream or within
//! another archive the end cannot be read first, so each entry is read as it comes (`stream`). The sizes
//! and checksums in the headers are not trusted: the bytes are counted and compared with them (`body`).

mod body;
mod directory;
mod local_header;
mod member;
mod stored;
mod stream;

pub(super) use directory::read_by_directory;
pub(super) use stream::read_stream;
