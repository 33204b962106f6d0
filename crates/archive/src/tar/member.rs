//! What a tar header and the headers in front of it say together.

use ::tar::Header;

use super::super::path;
use super::header::{self, Kind};
use super::pax::Pax;

/// What headers in front of a member say about it.
#[derive(Default)]
pub(super) struct Foreword {
    /// Its GNU long name.
    pub(super) long_name: Option<Vec<u8>>,
    /// Its PAX records.
    pub(super) pax: Option<Pax>,
    /// It has PAX records that cannot be read.
    pub(super) malformed: bool,
}

/// A member that is not a foreword.
pub(super) struct Member {
    /// What it is.
    pub(super) kind: Kind,
    /// Its name as it stands in the tar.
    pub(super) name: Vec<u8>,
    /// The length of its body in bytes.
    pub(super) size: u64,
    /// The path of an entry, or why it cannot be one.
    pub(super) path: Result<String, &'static str>,
}

impl Foreword {
    /// True when nothing has been said.
    pub(super) fn is_empty(&self) -> bool {
        self.long_name.is_none() && self.pax.is_none() && !self.malformed
    }
}

impl Member {
    /// Puts together what is known of a member; `after_gap` when the headers in front may be lost.
    pub(super) fn new(header: &Header, foreword: Foreword, after_gap: bool) -> Self {
        let doubtful = after_gap && foreword.is_empty() && header::may_be_cut(header);
        let Foreword { long_name, pax, malformed } = foreword;
        let Pax { path: pax_name, size: pax_size, sparse } = pax.unwrap_or_default();
        let name = long_name.or(pax_name).unwrap_or_else(|| header.path_bytes().into_owned());
        let kind = match header::kind(header) {
            // Old writers have no other way to say so. A header's own name may be cut at a slash.
            Kind::File if name.ends_with(b"/") => Kind::Directory,
            Kind::File if sparse => Kind::Sparse,
            kind => kind,
        };
        let size = match kind {
            Kind::Special(_) => 0,
            _ => pax_size.or_else(|| header::length(header)).unwrap_or(0),
        };
        let path = if malformed {
            Err("the PAX records before it are malformed")
        } else if doubtful {
            Err("the header before it is damaged, so its name may be incomplete")
        } else {
            path::clean(&name).and_then(|path| match kind {
                Kind::Sparse => Err("it is a sparse file, which is not read"),
                _ => Ok(path),
            })
        };
        Self { kind, name, size, path }
    }
}
