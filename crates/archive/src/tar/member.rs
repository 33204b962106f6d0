//! Combines a tar header with the extension headers before it.

use ::tar::Header;

use super::super::path;
use super::super::tar_header::{self, TarEntryKind};
use super::pax::Pax;

/// What the extension headers of an entry declare.
#[derive(Default)]
pub(super) struct ExtensionHeaders {
    /// Its GNU long name.
    pub(super) long_name: Option<Vec<u8>>,
    /// Its PAX records.
    pub(super) pax: Option<Pax>,
    /// Whether it has PAX records that cannot be parsed.
    pub(super) malformed: bool,
}

/// An entry described by all of its headers.
pub(super) struct TarMember {
    /// Its type.
    pub(super) kind: TarEntryKind,
    /// Its name as written in the tar.
    pub(super) name: Vec<u8>,
    /// The length of its body in bytes.
    pub(super) size: u64,
    /// Its path, or why it has no valid one.
    pub(super) path: Result<String, &'static str>,
}

impl ExtensionHeaders {
    /// True if there are no extension headers.
    pub(super) fn is_empty(&self) -> bool {
        self.long_name.is_none() && self.pax.is_none() && !self.malformed
    }
}

impl TarMember {
    /// Combines the headers of an entry; `after_gap` means that extension headers may be lost.
    pub(super) fn new(header: &Header, extensions: ExtensionHeaders, after_gap: bool) -> Self {
        let may_lack_its_name =
            after_gap && extensions.is_empty() && tar_header::may_be_cut(header);
        let ExtensionHeaders { long_name, pax, malformed } = extensions;
        let Pax { path: pax_name, size: pax_size, sparse } = pax.unwrap_or_default();
        let name = long_name.or(pax_name).unwrap_or_else(|| header.path_bytes().into_owned());
        let kind = match tar_header::kind(header) {
            // Old writers mark a directory only by the slash. The name in the header may be cut at
            // a slash.
            TarEntryKind::File if name.ends_with(b"/") => TarEntryKind::Directory,
            TarEntryKind::File if sparse => TarEntryKind::Sparse,
            kind => kind,
        };
        let size = match kind {
            TarEntryKind::NoBody(_) => 0,
            _ => pax_size.or_else(|| tar_header::length(header)).unwrap_or(0),
        };
        let path = if malformed {
            Err("malformed PAX records")
        } else if may_lack_its_name {
            Err("the previous header is corrupt, so the name may be incomplete")
        } else {
            path::clean(&name).and_then(|path| match kind {
                TarEntryKind::Sparse => Err("sparse files are not supported"),
                _ => Ok(path),
            })
        };
        Self { kind, name, size, path }
    }
}
