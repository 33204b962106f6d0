//! Classifies a zip entry by its header.

use std::borrow::Cow;

use super::super::path;
use super::body::Method;

/// What a zip entry is.
pub(super) enum ZipMember {
    Directory,
    Link(String),
    File(String, Method),
}

/// The fields that both headers of an entry have.
pub(super) struct ZipHeader<'h> {
    pub(super) name: &'h [u8],
    pub(super) method: u16,
    pub(super) is_encrypted: bool,
    /// It was written on a system that separates folders with `\`.
    pub(super) is_from_dos: bool,
    pub(super) is_link: bool,
}

impl ZipHeader<'_> {
    /// What the entry is, or why it is not read.
    pub(super) fn classify(&self) -> Result<ZipMember, String> {
        let name = self.name_with_slashes();
        if name.ends_with(b"/") {
            return Ok(ZipMember::Directory);
        }
        let path = path::clean(&name)?;
        if self.is_encrypted {
            return Err("encrypted entries are not supported".to_owned());
        }
        if self.is_link {
            return Ok(ZipMember::Link(path));
        }
        Ok(ZipMember::File(path, Method::of(self.method)?))
    }

    /// The name with `/` between its parts. Some Windows writers use `\` against the specification.
    fn name_with_slashes(&self) -> Cow<'_, [u8]> {
        if !self.is_from_dos || !self.name.contains(&b'\\') || self.name.contains(&b'/') {
            return Cow::Borrowed(self.name);
        }
        self.name.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect()
    }
}
