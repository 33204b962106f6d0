//! Parses the header before a zip entry and the data descriptor after it.

use rawzip::extra_fields::{ExtraFieldId, ExtraFields};

use super::body::Checksum;
use super::member::ZipHeader;

/// The header before an entry.
pub(super) struct LocalHeader {
    flags: u16,
    /// The number of its compression method.
    pub(super) method: u16,
    /// The declared checksum and size of its content.
    pub(super) checksum: Checksum,
    /// How many bytes its compressed data has.
    pub(super) compressed: u64,
    /// Whether the sizes after it have eight bytes.
    pub(super) is_long: bool,
    /// Whether it needs a password.
    pub(super) is_encrypted: bool,
}

impl LocalHeader {
    /// The length of the header between its signature and the name.
    pub(super) const FIXED: usize = 26;

    /// The lengths of the name and of the extra fields that follow.
    pub(super) fn lengths(fixed: &[u8; Self::FIXED]) -> (usize, usize) {
        (usize::from(u16_at(fixed, 22)), usize::from(u16_at(fixed, 24)))
    }

    /// Parses a header.
    pub(super) fn new(fixed: &[u8; Self::FIXED], extra: &[u8]) -> Self {
        let flags = u16_at(fixed, 2);
        let (compressed, size) = (u32_at(fixed, 14), u32_at(fixed, 18));
        let mut header = Self {
            flags,
            method: u16_at(fixed, 4),
            checksum: Checksum { crc: u32_at(fixed, 10), size: size.into() },
            compressed: compressed.into(),
            is_long: false,
            is_encrypted: flags & 1 != 0,
        };
        let zip64 = ExtraFields::new(extra).find(|(id, _)| *id == ExtraFieldId::ZIP64);
        if let Some((_, mut field)) = zip64 {
            header.is_long = true;
            if size == u32::MAX {
                header.checksum.size = read_u64(&mut field).unwrap_or(header.checksum.size);
            }
            if compressed == u32::MAX {
                header.compressed = read_u64(&mut field).unwrap_or(header.compressed);
            }
        }
        header
    }

    /// Whether its length is known before it is read.
    pub(super) fn has_length(&self) -> bool {
        self.flags & 8 == 0 || self.compressed > 0
    }

    /// The fields that classify the entry called `name`.
    pub(super) fn fields<'n>(&self, name: &'n [u8]) -> ZipHeader<'n> {
        ZipHeader {
            name,
            method: self.method,
            is_encrypted: self.is_encrypted,
            // This header has neither the writing system nor whether it is a link.
            is_from_dos: true,
            is_link: false,
        }
    }
}

/// The beginning of the data descriptor after an entry.
pub(super) struct DataDescriptor {
    pub(super) crc: u32,
    /// Two sizes of four bytes, compressed and not, or the first one of eight.
    pub(super) sizes: [u8; 8],
}

impl DataDescriptor {
    /// How many bytes follow its signature.
    pub(super) const fn rest(is_long: bool) -> u64 {
        if is_long { 20 } else { 12 }
    }

    /// Whether its sizes have four bytes: they are then the sizes that were read, cut to 32 bits.
    pub(super) fn is_short(&self, size: u64, compressed: u64) -> bool {
        let cut = |length: u64| length & u64::from(u32::MAX);
        let [low, high] = self.words().map(u64::from);
        (low, high) == (cut(compressed), cut(size)) || u64::from_le_bytes(self.sizes) != compressed
    }

    /// The declared content if its sizes have four bytes, which may be cut to 32 bits.
    pub(super) fn short(&self, seen: u64) -> Checksum {
        let [_, size] = self.words().map(u64::from);
        let size = if size == seen & u64::from(u32::MAX) { seen } else { size };
        Checksum { crc: self.crc, size }
    }

    fn words(&self) -> [u32; 2] {
        [u32_at(&self.sizes, 0), u32_at(&self.sizes, 4)]
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u16::from_le_bytes(*word))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u32::from_le_bytes(*word))
}

fn read_u64(bytes: &mut &[u8]) -> Option<u64> {
    let (word, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*word))
}
