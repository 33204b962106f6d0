//! The entries of a zip archive.
//!
//! A file is read by its directory, which stands at the end (`file`). Where the end cannot be seen
//! first, in a stream or within another archive, each entry is read as it comes (`forward`). What is
//! said of an entry is a claim: its bytes are counted and their checksum compared (`body`).

mod body;
mod file;
mod forward;
mod local;
mod member;
mod sought;

pub(super) use file::walk_file;
pub(super) use forward::walk;
