//! Reads the type, length and checksum of a tar header.

use std::ops::Range;

use ::tar::Header;

/// The length of a header in bytes; bodies are padded to a multiple of it.
pub(super) const BLOCK_SIZE: u64 = 512;

/// The type of a tar entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TarEntryKind {
    /// A file with a body; a directory if its full name ends with a slash.
    File,
    /// A directory.
    Directory,
    /// A link or a device: it has no body, whatever length the header declares.
    NoBody(&'static str),
    /// A type that is not defined; its body is skipped.
    Unknown,
    /// A GNU sparse file: possibly more headers, then the pieces.
    Sparse,
    /// The GNU long name of the next entry.
    LongName,
    /// The PAX records of the next entry.
    Pax,
    /// A long link name, a volume label, or records for the whole archive: not needed here.
    Ignored,
}

/// Returns the type of an entry.
pub(super) fn kind(header: &Header) -> TarEntryKind {
    match header.entry_type().as_byte() {
        0 | b'0' | b'7' => TarEntryKind::File,
        b'1' => TarEntryKind::NoBody("hard link"),
        b'2' => TarEntryKind::NoBody("symbolic link"),
        b'3' => TarEntryKind::NoBody("character device"),
        b'4' => TarEntryKind::NoBody("block device"),
        b'5' | b'D' => TarEntryKind::Directory,
        b'6' => TarEntryKind::NoBody("fifo"),
        b'S' => TarEntryKind::Sparse,
        b'L' => TarEntryKind::LongName,
        b'x' | b'X' => TarEntryKind::Pax,
        b'K' | b'V' | b'g' | b'A' => TarEntryKind::Ignored,
        _ => TarEntryKind::Unknown,
    }
}

/// True for a valid header: its checksum matches and its length can be read.
pub(super) fn is_valid(header: &Header) -> bool {
    let Ok(stored_sum) = header.cksum() else { return false };
    let blank = 8 * u32::from(b' ');
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let unsigned = sum(header.as_bytes()) - sum(&header.as_old().cksum) + blank;
    if unsigned != stored_sum {
        // Some old writers summed signed bytes.
        let high = header.as_bytes().iter().filter(|byte| !byte.is_ascii()).count();
        let excess = u32::try_from(256 * high).unwrap_or(u32::MAX);
        if unsigned.wrapping_sub(excess) != stored_sum {
            return false;
        }
    }
    length(header).is_some()
}

/// The declared length of the body; none if it cannot be read.
pub(super) fn length(header: &Header) -> Option<u64> {
    // Writers may leave unused fields blank.
    if header.as_old().size.iter().all(|byte| matches!(byte, 0 | b' ')) {
        return Some(0);
    }
    header.entry_size().ok()
}

/// True for a header with the magic word of POSIX or GNU tar.
pub(super) fn has_magic(header: &Header) -> bool {
    header.as_ustar().is_some() || header.as_gnu().is_some()
}

/// True for a header whose name fills its field: a header before it may hold the full name.
pub(super) fn may_be_cut(header: &Header) -> bool {
    header.as_old().name.last().is_some_and(|byte| *byte != 0)
}

/// True for the start of a tar: a header, a partial one with the magic word, or the end mark of an
/// empty archive.
pub(super) fn begins_with(first: &[u8]) -> bool {
    if first.get(257..262) == Some(b"ustar") {
        return true;
    }
    let mut header = Header::new_old();
    if first.len() != header.as_bytes().len() {
        return false;
    }
    header.as_mut_bytes().copy_from_slice(first);
    first.iter().all(|byte| *byte == 0) || is_valid(&header)
}

/// A quicker check of the same bytes, which may return true for other files.
pub(super) fn may_begin_with(first: &[u8]) -> bool {
    let is_number = |at: Range<usize>| {
        first.get(at).is_some_and(|field| {
            let is_digit = |byte: &u8| matches!(byte, b'0'..=b'7');
            field.iter().all(|byte| is_digit(byte) || matches!(byte, b' ' | 0))
                && field.iter().any(is_digit)
        })
    };
    first.get(257..262) == Some(b"ustar") || (is_number(100..108) && is_number(148..156))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str) -> Header {
        let mut header = Header::new_old();
        header.set_path(name).unwrap();
        header.set_size(3);
        header.set_cksum();
        header
    }

    #[test]
    fn a_v7_header_is_recognised_by_its_checksum() {
        let mut header = header("a/b.yaml");
        assert!(begins_with(header.as_bytes()));
        assert!(!has_magic(&header));
        header.as_old_mut().name[0] = b'z';
        assert!(!begins_with(header.as_bytes()));
    }

    #[test]
    fn a_signed_checksum_is_valid_too() {
        let mut header = header("a");
        header.as_old_mut().name[0] = 0xe9;
        let sum = header.as_bytes().iter().enumerate().fold(0_i64, |sum, (at, byte)| {
            sum + i64::from(if (148..156).contains(&at) { 32 } else { byte.cast_signed() })
        });
        header.as_old_mut().cksum.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert!(is_valid(&header));
    }

    #[test]
    fn only_a_full_block_is_a_header() {
        assert!(!begins_with(&[0; 100]));
        assert!(!begins_with(&[]));
    }
}
