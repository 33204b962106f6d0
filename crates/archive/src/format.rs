//! What a stream of bytes is, told by how it begins.
//!
//! Never by its name: half of the archives that reach a support case have been renamed on the way.

use super::tar;

/// The bytes of a stream's beginning that decide what it is: one tar block.
pub(super) const PROLOGUE: usize = 512;

/// What can be read here, or a description of what cannot.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A compressed stream.
    Packed(Packing),
    /// A tar archive.
    Tar,
    /// A zip archive.
    Zip,
    /// A single text.
    Text,
    /// Something else, described.
    Unknown(String),
}

/// What compressed a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Bzip2,
    Gzip,
    Xz,
    Zstd,
}

impl Packing {
    /// What it is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Bzip2 => "bzip2",
            Self::Gzip => "gzip",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }

    /// Whether what it holds in memory is for the archive to say.
    pub(super) const fn has_dictionary(self) -> bool {
        matches!(self, Self::Xz | Self::Zstd)
    }
}

/// How compressed streams begin: with their magic number; bzip2 with its first block or its end, zstd
/// perhaps with a frame that holds no data.
fn packing(first: &[u8]) -> Option<Packing> {
    match first {
        [0x1f, 0x8b, ..] => Some(Packing::Gzip),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Packing::Xz),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Packing::Zstd),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => {
            Some(Packing::Bzip2)
        }
        _ => None,
    }
}

/// How a zip begins: with an entry, with its end when it has none, with the mark of a part.
const ZIPS: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04"];

/// Magic numbers of formats that are known by name only.
const KNOWN: [(&[u8], &str); 5] = [
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"\x04\x22\x4d\x18", "an lz4 stream"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
];

/// Tells what begins with these bytes: the first 512, fewer only if there are no more.
pub(super) fn of(first: &[u8]) -> Format {
    if let Some(packing) = packing(first) {
        return Format::Packed(packing);
    }
    if ZIPS.iter().any(|magic| first.starts_with(magic)) {
        return Format::Zip;
    }
    if tar::begins_with(first) {
        return Format::Tar;
    }
    if let Some((_, name)) = KNOWN.iter().find(|(magic, _)| first.starts_with(magic)) {
        return Format::Unknown((*name).to_owned());
    }
    if is_text(first) { Format::Text } else { Format::Unknown(describe(first)) }
}

/// Whether an archive or a compressed stream may begin with these bytes of a file that has `size`:
/// a cheap look at whatever is in memory anyway, which errs on the side of yes.
pub(super) fn may_open(first: &[u8], size: Option<u64>) -> bool {
    if first.is_empty() {
        return false;
    }
    if packing(first).is_some() || first.starts_with(b"PK") {
        return true;
    }
    let needed = u64::try_from(PROLOGUE).unwrap_or(u64::MAX);
    if size.is_some_and(|size| size < needed) {
        return false;
    }
    first.len() < PROLOGUE || tar::may_begin_with(first)
}

/// A path without the end of its name that says what compressed the file.
pub fn without_suffix(path: &str) -> &str {
    let ends = [".gz", ".xz", ".zst", ".zstd", ".bz2", ".gzip"];
    let bare = ends.iter().find_map(|end| path.strip_suffix(end));
    bare.filter(|bare| !bare.is_empty() && !bare.ends_with('/')).unwrap_or(path)
}

/// True for UTF-8 without control characters, which may be cut in the middle of a character.
fn is_text(first: &[u8]) -> bool {
    let text = match std::str::from_utf8(first) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            let whole = first.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

fn describe(first: &[u8]) -> String {
    if first.is_empty() {
        return "empty".to_owned();
    }
    let bytes: Vec<String> = first.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("of an unknown format that begins with the bytes {}", bytes.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressions_are_told_by_their_magic() {
        for (magic, packing) in [
            (b"\x1f\x8b\x08".as_slice(), Packing::Gzip),
            (b"\xfd7zXZ\0", Packing::Xz),
            (b"\x28\xb5\x2f\xfd", Packing::Zstd),
            (b"\x5a\x2a\x4d\x18", Packing::Zstd),
            (b"BZh91AY&SY", Packing::Bzip2),
            (b"BZh1\x17\x72\x45\x38\x50\x90", Packing::Bzip2),
        ] {
            assert_eq!(of(magic), Format::Packed(packing));
            assert!(may_open(magic, Some(20)));
        }
        assert_eq!(of(b"BZhang: a name"), Format::Text);
    }

    #[test]
    fn a_format_that_is_known_by_name_is_named() {
        assert_eq!(of(b"Rar!\x1a\x07\x01"), Format::Unknown("a rar archive".into()));
    }

    #[test]
    fn a_zip_is_told_by_its_first_entry_or_by_its_end() {
        assert_eq!(of(b"PK\x03\x04...."), Format::Zip);
        assert_eq!(of(b"PK\x05\x06...."), Format::Zip);
    }

    #[test]
    fn a_text_is_not_opened_and_a_short_look_is_not_trusted() {
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
        assert!(may_open(header.as_bytes(), Some(1024)), "a tar without a magic word");
    }

    #[test]
    fn other_bytes_are_described() {
        let Format::Unknown(found) = of(b"\0\x01\x02") else { panic!() };
        assert_eq!(found, "of an unknown format that begins with the bytes 00 01 02");
    }

    #[test]
    fn a_text_may_break_in_a_character() {
        assert_eq!(of("apiVersion: v1\n# \u{e9}".as_bytes()), Format::Text);
        assert_eq!(of(b"apiVersion: v1\n# \xc3"), Format::Text);
        assert_eq!(of(b"{\"kind\": \"List\"}"), Format::Text);
        assert!(matches!(of(b"apiVersion\xff: v1"), Format::Unknown(_)));
        assert!(matches!(of(b"a\x1b[2J"), Format::Unknown(_)));
    }

    #[test]
    fn a_block_of_zeros_is_an_empty_tar() {
        assert_eq!(of(&[0; PROLOGUE]), Format::Tar);
        assert!(matches!(of(&[0; 511]), Format::Unknown(_)));
    }
}
