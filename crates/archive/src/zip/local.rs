//! What stands in front of an entry of a zip, and behind it.

use rawzip::extra_fields::{ExtraFieldId, ExtraFields};

use super::body::Claim;
use super::member::Claims;

/// The header in front of an entry.
pub(super) struct Local {
    flags: u16,
    /// The number of its compression.
    pub(super) method: u16,
    /// What is said of its bytes.
    pub(super) claim: Claim,
    /// How many bytes it takes.
    pub(super) packed: u64,
    /// Whether lengths behind it take eight bytes.
    pub(super) is_long: bool,
    /// Whether it cannot be read without a password.
    pub(super) is_encrypted: bool,
}

impl Local {
    /// The length of the header between its mark and the name.
    pub(super) const FIXED: usize = 26;

    /// The lengths of the name and of the extra fields that follow.
    pub(super) fn lengths(fixed: &[u8; Self::FIXED]) -> (usize, usize) {
        (usize::from(word(fixed, 22)), usize::from(word(fixed, 24)))
    }

    /// Reads a header.
    pub(super) fn new(fixed: &[u8; Self::FIXED], extra: &[u8]) -> Self {
        let flags = word(fixed, 2);
        let (packed, size) = (double(fixed, 14), double(fixed, 18));
        let mut local = Self {
            flags,
            method: word(fixed, 4),
            claim: Claim { crc: double(fixed, 10), size: size.into() },
            packed: packed.into(),
            is_long: false,
            is_encrypted: flags & 1 != 0,
        };
        let long = ExtraFields::new(extra).find(|(id, _)| *id == ExtraFieldId::ZIP64);
        if let Some((_, mut field)) = long {
            local.is_long = true;
            if size == u32::MAX {
                local.claim.size = quad(&mut field).unwrap_or(local.claim.size);
            }
            if packed == u32::MAX {
                local.packed = quad(&mut field).unwrap_or(local.packed);
            }
        }
        local
    }

    /// Whether its length is known before it is read.
    pub(super) fn has_length(&self) -> bool {
        self.flags & 8 == 0 || self.packed > 0
    }

    /// What it says of the entry called `name`.
    pub(super) fn claims<'n>(&self, name: &'n [u8]) -> Claims<'n> {
        Claims {
            name,
            method: self.method,
            is_encrypted: self.is_encrypted,
            // Neither who wrote it nor whether it is a link is said here.
            is_of_dos: true,
            is_link: false,
        }
    }
}

/// The beginning of what stands behind an entry.
pub(super) struct Descriptor {
    pub(super) crc: u32,
    /// Two lengths of four bytes, packed and not, or the first one of eight.
    pub(super) sizes: [u8; 8],
}

impl Descriptor {
    /// How many bytes follow its mark.
    pub(super) const fn rest(is_long: bool) -> u64 {
        if is_long { 20 } else { 12 }
    }

    /// Whether its lengths take four bytes: then they are those that were seen, cut to what fits.
    pub(super) fn is_short(&self, size: u64, packed: u64) -> bool {
        let cut = |length: u64| length & u64::from(u32::MAX);
        let [low, high] = self.words().map(u64::from);
        (low, high) == (cut(packed), cut(size)) || u64::from_le_bytes(self.sizes) != packed
    }

    /// What it says if its lengths take four bytes, of which more may have been cut off.
    pub(super) fn short(&self, seen: u64) -> Claim {
        let [_, size] = self.words().map(u64::from);
        let size = if size == seen & u64::from(u32::MAX) { seen } else { size };
        Claim { crc: self.crc, size }
    }

    fn words(&self) -> [u32; 2] {
        [double(&self.sizes, 0), double(&self.sizes, 4)]
    }
}

fn word(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u16::from_le_bytes(*word))
}

fn double(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u32::from_le_bytes(*word))
}

fn quad(bytes: &mut &[u8]) -> Option<u64> {
    let (word, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*word))
}
