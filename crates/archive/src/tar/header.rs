//! What one tar header says it is.

use std::ops::Range;

use ::tar::Header;

/// The length of a header, and what bodies are padded to.
pub(super) const BLOCK: u64 = 512;

/// What a header stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file with a body; a directory, if its whole name ends with a slash.
    File,
    /// A directory.
    Directory,
    /// A link or a device: no body, whatever length the header announces.
    Special(&'static str),
    /// A member of a type that nobody has defined: a body that means nothing to a reader.
    Unknown,
    /// A GNU sparse file: perhaps further headers, then pieces.
    Sparse,
    /// The GNU long name of the next member.
    LongName,
    /// The PAX records of the next member.
    Pax,
    /// A long link name, a volume label, records for the whole archive: nothing a reader needs.
    Remark,
}

/// Tells what a header stands for.
pub(super) fn kind(header: &Header) -> Kind {
    match header.entry_type().as_byte() {
        0 | b'0' | b'7' => Kind::File,
        b'1' => Kind::Special("hard link"),
        b'2' => Kind::Special("symbolic link"),
        b'3' => Kind::Special("character device"),
        b'4' => Kind::Special("block device"),
        b'5' | b'D' => Kind::Directory,
        b'6' => Kind::Special("fifo"),
        b'S' => Kind::Sparse,
        b'L' => Kind::LongName,
        b'x' | b'X' => Kind::Pax,
        b'K' | b'V' | b'g' | b'A' => Kind::Remark,
        _ => Kind::Unknown,
    }
}

/// True for a block that is a header: its checksum and its length can be read, and the sum is right.
pub(super) fn is_valid(header: &Header) -> bool {
    let Ok(said) = header.cksum() else { return false };
    let blank = 8 * u32::from(b' ');
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let unsigned = sum(header.as_bytes()) - sum(&header.as_old().cksum) + blank;
    if unsigned != said {
        // Some old writers summed up signed bytes.
        let high = header.as_bytes().iter().filter(|byte| !byte.is_ascii()).count();
        let excess = u32::try_from(256 * high).unwrap_or(u32::MAX);
        if unsigned.wrapping_sub(excess) != said {
            return false;
        }
    }
    length(header).is_some()
}

/// The announced length of the body; none if it cannot be read.
pub(super) fn length(header: &Header) -> Option<u64> {
    // Fields that a writer does not use may be left blank.
    if header.as_old().size.iter().all(|byte| matches!(byte, 0 | b' ')) {
        return Some(0);
    }
    header.entry_size().ok()
}

/// True for a header that carries the magic word of POSIX or GNU tar.
pub(super) fn has_magic(header: &Header) -> bool {
    header.as_ustar().is_some() || header.as_gnu().is_some()
}

/// True for an old header whose name fills its field: the rest may have stood in a header before it.
pub(super) fn may_be_cut(header: &Header) -> bool {
    header.as_old().name.last().is_some_and(|byte| *byte != 0)
}

/// True for the start of a tar: a header, what is left of one, or the end mark of an empty archive.
pub(in super::super) fn begins_with(first: &[u8]) -> bool {
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

/// A quicker look at the same bytes, which errs on the side of yes.
pub(in super::super) fn may_begin_with(first: &[u8]) -> bool {
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
    fn a_v7_header_is_known_by_its_checksum() {
        let mut header = header("a/b.yaml");
        assert!(begins_with(header.as_bytes()));
        assert!(!has_magic(&header));
        header.as_old_mut().name[0] = b'z';
        assert!(!begins_with(header.as_bytes()));
    }

    #[test]
    fn a_signed_checksum_is_right_too() {
        let mut header = header("a");
        header.as_old_mut().name[0] = 0xe9;
        let sum = header.as_bytes().iter().enumerate().fold(0_i64, |sum, (at, byte)| {
            sum + i64::from(if (148..156).contains(&at) { 32 } else { byte.cast_signed() })
        });
        header.as_old_mut().cksum.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert!(is_valid(&header));
    }

    #[test]
    fn no_other_length_than_a_block_is_a_header() {
        assert!(!begins_with(&[0; 100]));
        assert!(!begins_with(&[]));
    }
}
