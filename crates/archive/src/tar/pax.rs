//! Parses the PAX records before a tar entry.
//!
//! Records are split by their declared length and not at newlines: values may contain newlines,
//! and splitting there would let a value fake a record.

use memchr::memchr;

/// The records that are used.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pax {
    /// The full name.
    pub(super) path: Option<Vec<u8>>,
    /// The length of the body in bytes, which overrides the header's.
    pub(super) size: Option<u64>,
    /// Whether the file is sparse: its body is a map followed by the pieces.
    pub(super) sparse: bool,
}

/// Parses the records in the body of an `x` header; none if they are malformed.
pub(super) fn parse(mut bytes: &[u8]) -> Option<Pax> {
    let mut pax = Pax::default();
    while !bytes.iter().all(|byte| *byte == 0) {
        let (record, rest) = split_record(bytes)?;
        let (key, value) = record.split_at_checked(memchr(b'=', record)?)?;
        pax.note(key, value.strip_prefix(b"=")?)?;
        bytes = rest;
    }
    Some(pax)
}

impl Pax {
    fn note(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        match key {
            // An empty value removes an earlier one.
            b"path" => self.path = Some(value.to_vec()).filter(|name| !name.is_empty()),
            b"size" => self.size = Some(number(value)?),
            b"GNU.sparse.name" => {
                self.sparse = true;
                self.path = Some(value.to_vec());
            }
            _ if key.starts_with(b"GNU.sparse.") => self.sparse = true,
            _ => {}
        }
        Some(())
    }
}

/// Splits `"12 key=value\n..."` into `key=value` and what follows.
fn split_record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (digits, _) = bytes.split_at_checked(memchr(b' ', bytes)?)?;
    let length = usize::try_from(number(digits)?).ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    Some((record.get(digits.len() + 1..)?.strip_suffix(b"\n")?, rest))
}

fn number(digits: &[u8]) -> Option<u64> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn path_and_size_are_read() {
        let pax = parse(b"16 path=a/b.yaml\n").map(|pax| pax.path);
        assert_eq!(pax, None, "the length counts the newline");
        let pax = parse(b"17 path=a/b.yaml\n11 size=42\n").unwrap();
        assert_eq!(pax, Pax { path: Some(b"a/b.yaml".into()), size: Some(42), sparse: false });
    }

    #[test]
    fn a_newline_in_a_value_does_not_start_a_record() {
        let pax = parse(b"26 comment=x\n12 path=lie\n\n11 path=ok\n").unwrap();
        assert_eq!(pax.path.unwrap(), b"ok");
    }

    #[test]
    fn the_last_record_wins_and_an_empty_one_removes_it() {
        assert_eq!(parse(b"9 path=a\n9 path=b\n").unwrap().path.unwrap(), b"b");
        assert_eq!(parse(b"9 path=a\n8 path=\n").unwrap().path, None);
    }

    #[test]
    fn sparse_records_are_detected() {
        assert!(parse(b"22 GNU.sparse.major=1\n").unwrap().sparse);
    }

    #[test]
    fn malformed_records_are_refused() {
        for bad in [
            "x",
            "9 path=a",
            "99 path=a\n",
            "0 a=b\n",
            "2 \n",
            "5 ab\n",
            "-9 path=a\n",
            "+9 path=a\n",
            "10 size=-1\n",
            "10 size=+1\n",
        ] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad:?}");
        }
        assert_eq!(parse(b"").unwrap(), Pax::default());
        assert_eq!(parse(&[0; 512]).unwrap(), Pax::default());
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_or_refused(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }
    }
}
