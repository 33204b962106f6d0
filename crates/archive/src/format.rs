//! Detects the format of a stream by its first bytes.
//!
//! The name is ignored: many archives attached to support cases have been renamed.

use super::tar_header;

/// How many bytes are needed to detect a format: one tar block.
pub(super) const PROLOGUE: usize = 512;

/// A supported format, or a description of another one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ContainerFormat {
    /// A compressed stream.
    Compressed(Compression),
    /// A tar archive.
    Tar,
    /// A zip archive.
    Zip,
    /// A single text.
    Text,
    /// Another format, described.
    Unknown(String),
}

/// The compression of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Bzip2,
    Gzip,
    Xz,
    Zstd,
}

impl Compression {
    /// The name of the compression.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Bzip2 => "bzip2",
            Self::Gzip => "gzip",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }

    /// Whether the compressed stream decides how much memory its decoder needs.
    pub(super) const fn has_dictionary(self) -> bool {
        matches!(self, Self::Xz | Self::Zstd)
    }
}

/// The compression that starts with these bytes: a magic number, for bzip2 also its first block or
/// end, for zstd also a frame without data.
fn compression_of(first: &[u8]) -> Option<Compression> {
    match first {
        [0x1f, 0x8b, ..] => Some(Compression::Gzip),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Some(Compression::Zstd)
        }
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => {
            Some(Compression::Bzip2)
        }
        _ => None,
    }
}

/// How a zip starts: with an entry, with its end record if it is empty, or with the mark of a
/// split archive.
const ZIPS: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04"];

/// Magic numbers of formats that are recognised but not supported.
const UNSUPPORTED: [(&[u8], &str); 5] = [
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"\x04\x22\x4d\x18", "an lz4 stream"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
];

/// Detects the format of a stream by its first 512 bytes, or all of them if it is shorter.
pub(super) fn detect(first: &[u8]) -> ContainerFormat {
    if let Some(compression) = compression_of(first) {
        return ContainerFormat::Compressed(compression);
    }
    if ZIPS.iter().any(|magic| first.starts_with(magic)) {
        return ContainerFormat::Zip;
    }
    if tar_header::begins_with(first) {
        return ContainerFormat::Tar;
    }
    if let Some((_, name)) = UNSUPPORTED.iter().find(|(magic, _)| first.starts_with(magic)) {
        return ContainerFormat::Unknown((*name).to_owned());
    }
    if is_text(first) { ContainerFormat::Text } else { ContainerFormat::Unknown(describe(first)) }
}

/// Whether an archive or a compressed stream may start with these bytes of a file of this size.
///
/// This is a cheap check of bytes that are in memory already; it may return true for other files.
pub(super) fn may_open(first: &[u8], size: Option<u64>) -> bool {
    if first.is_empty() {
        return false;
    }
    if compression_of(first).is_some() || first.starts_with(b"PK") {
        return true;
    }
    let needed = u64::try_from(PROLOGUE).unwrap_or(u64::MAX);
    if size.is_some_and(|size| size < needed) {
        return false;
    }
    first.len() < PROLOGUE || tar_header::may_begin_with(first)
}

/// A path without the suffix of a compression.
pub fn without_suffix(path: &str) -> &str {
    let ends = [".gz", ".xz", ".zst", ".zstd", ".bz2", ".gzip"];
    let stem = ends.iter().find_map(|end| path.strip_suffix(end));
    stem.filter(|stem| !stem.is_empty() && !stem.ends_with('/')).unwrap_or(path)
}

/// True for UTF-8 without control characters; the last character may be incomplete.
fn is_text(first: &[u8]) -> bool {
    let text = match std::str::from_utf8(first) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            let valid = first.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

fn describe(first: &[u8]) -> String {
    if first.is_empty() {
        return "no data".to_owned();
    }
    let bytes: Vec<String> = first.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("unknown data (first bytes: {})", bytes.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressions_are_detected_by_their_magic_number() {
        for (magic, compression) in [
            (b"\x1f\x8b\x08".as_slice(), Compression::Gzip),
            (b"\xfd7zXZ\0", Compression::Xz),
            (b"\x28\xb5\x2f\xfd", Compression::Zstd),
            (b"\x5a\x2a\x4d\x18", Compression::Zstd),
            (b"BZh91AY&SY", Compression::Bzip2),
            (b"BZh1\x17\x72\x45\x38\x50\x90", Compression::Bzip2),
        ] {
            assert_eq!(detect(magic), ContainerFormat::Compressed(compression));
            assert!(may_open(magic, Some(20)));
        }
        assert_eq!(detect(b"BZhang: a name"), ContainerFormat::Text);
    }

    #[test]
    fn an_unsupported_format_is_named() {
        assert_eq!(detect(b"Rar!\x1a\x07\x01"), ContainerFormat::Unknown("a rar archive".into()));
    }

    #[test]
    fn a_zip_is_detected_by_its_first_entry_or_its_end() {
        assert_eq!(detect(b"PK\x03\x04...."), ContainerFormat::Zip);
        assert_eq!(detect(b"PK\x05\x06...."), ContainerFormat::Zip);
    }

    #[test]
    fn a_text_is_not_opened_and_too_few_bytes_decide_nothing() {
        let text = b"apiVersion: v1\n".repeat(40);
        assert!(!may_open(&text, None));
        assert!(may_open(&text[..100], None));
        assert!(!may_open(&text[..100], Some(100)));
        assert!(!may_open(b"", None));
        let mut header = ::tar::Header::new_old();
        header.set_path("a").unwrap();
        header.set_size(0);
        header.set_mode(0o644);
        header.set_cksum();
        assert!(may_open(header.as_bytes(), Some(1024)), "a tar without a magic number");
    }

    #[test]
    fn other_bytes_are_described() {
        let ContainerFormat::Unknown(found) = detect(b"\0\x01\x02") else { panic!() };
        assert_eq!(found, "unknown data (first bytes: 00 01 02)");
    }

    #[test]
    fn a_text_may_end_within_a_character() {
        assert_eq!(detect("apiVersion: v1\n# \u{e9}".as_bytes()), ContainerFormat::Text);
        assert_eq!(detect(b"apiVersion: v1\n# \xc3"), ContainerFormat::Text);
        assert_eq!(detect(b"{\"kind\": \"List\"}"), ContainerFormat::Text);
        assert!(matches!(detect(b"apiVersion\xff: v1"), ContainerFormat::Unknown(_)));
        assert!(matches!(detect(b"a\x1b[2J"), ContainerFormat::Unknown(_)));
    }

    #[test]
    fn a_block_of_zeros_is_an_empty_tar() {
        assert_eq!(detect(&[0; PROLOGUE]), ContainerFormat::Tar);
        assert!(matches!(detect(&[0; 511]), ContainerFormat::Unknown(_)));
    }
}
