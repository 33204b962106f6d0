//! Reads the entries of a tar stream.
//!
//! The `tar` crate reads the fields of a header; this module moves from header to header. The crate's
//! own iterator reads long names and PAX records into memory whatever length they declare, and keeps a
//! list of all pieces of a sparse file. Its raw mode does neither, but ignores the lengths in PAX
//! records and the extended headers of sparse files.

mod member;
mod pax;
mod reader;

pub(super) use reader::read;
