//! The entries of a tar stream.
//!
//! The `tar` crate reads the fields of a header; the walk from header to header is written here. The
//! crate's own iterator reads long names and PAX records whole into memory whatever length they
//! announce, keeps a list of all pieces of a sparse file, and its raw mode, which does neither, ignores
//! the lengths in PAX records and the further headers of sparse files.

mod header;
mod member;
mod pax;
mod walk;

pub(super) use header::{begins_with, may_begin_with};
pub(super) use walk::walk;
