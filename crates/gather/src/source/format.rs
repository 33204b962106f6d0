//! What a stream of bytes is, told by how it begins.
//!
//! Never by its name: half of the archives that reach a support case have been renamed on the way.

use super::tar;

/// The bytes of a stream's beginning that decide what it is: one tar block.
pub(super) const PROLOGUE: usize = 512;

/// What can be read here, or a description of what cannot.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A gzip stream.
    Gzip,
    /// An xz stream.
    Xz,
    /// A tar archive.
    Tar,
    /// A single text.
    Text,
    /// Something else, described.
    Unknown(String),
}

/// Magic numbers of formats that are known by name only.
const KNOWN: [(&[u8], &str); 9] = [
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd stream"),
    (b"BZh", "a bzip2 stream"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"\x04\x22\x4d\x18", "an lz4 stream"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
];

/// Tells what begins with these bytes: the first 512, fewer only if there are no more.
pub(super) fn of(first: &[u8]) -> Format {
    if first.starts_with(b"\x1f\x8b") {
        return Format::Gzip;
    }
    if first.starts_with(b"\xfd7zXZ\0") {
        return Format::Xz;
    }
    if tar::begins_with(first) {
        return Format::Tar;
    }
    if let Some((_, name)) = KNOWN.iter().find(|(magic, _)| first.starts_with(magic)) {
        return Format::Unknown((*name).to_owned());
    }
    if is_text(first) { Format::Text } else { Format::Unknown(describe(first)) }
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
    let bytes: Vec<String> = first.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("of an unknown format that begins with the bytes {}", bytes.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressions_are_told_by_their_magic() {
        assert_eq!(of(b"\x1f\x8b\x08"), Format::Gzip);
        assert_eq!(of(b"\xfd7zXZ\0"), Format::Xz);
    }

    #[test]
    fn a_format_that_is_known_by_name_is_named() {
        assert_eq!(of(b"PK\x03\x04...."), Format::Unknown("a zip archive".into()));
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
