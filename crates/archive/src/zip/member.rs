//! What a zip says an entry is.

use std::borrow::Cow;

use super::super::path;
use super::body::Method;

/// What may be read of an entry.
pub(super) enum Member {
    Directory,
    Link(String),
    File(String, Method),
}

/// What stands in both headers of an entry.
pub(super) struct Claims<'c> {
    pub(super) name: &'c [u8],
    pub(super) method: u16,
    pub(super) is_encrypted: bool,
    /// It was written where `\` parts folders.
    pub(super) is_of_dos: bool,
    pub(super) is_link: bool,
}

impl Claims<'_> {
    /// What the entry is, or why it is not read.
    pub(super) fn judge(&self) -> Result<Member, String> {
        let name = self.parted();
        if name.ends_with(b"/") {
            return Ok(Member::Directory);
        }
        let path = path::clean(&name)?;
        if self.is_encrypted {
            return Err("it is encrypted, which is not read".to_owned());
        }
        if self.is_link {
            return Ok(Member::Link(path));
        }
        Ok(Member::File(path, Method::of(self.method)?))
    }

    /// The name with `/` between its parts. Some writers on Windows put `\` there against the rules.
    fn parted(&self) -> Cow<'_, [u8]> {
        if !self.is_of_dos || !self.name.contains(&b'\\') || self.name.contains(&b'/') {
            return Cow::Borrowed(self.name);
        }
        self.name.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect()
    }
}
