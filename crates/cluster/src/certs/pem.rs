//! Finds certificates in PEM text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";
const BEGIN_REQUEST: &[u8] = b"-----BEGIN CERTIFICATE REQUEST-----";
const END_REQUEST: &[u8] = b"-----END CERTIFICATE REQUEST-----";
const OTHER: &[u8] = b"-----BEGIN";
/// The longest block that is decoded, in bytes; certificates have a few thousand.
const BLOCK_LIMIT: usize = 64 << 10;

/// The certificates in a text as DER; None for a block that cannot be decoded.
pub(super) fn blocks(text: &[u8]) -> impl Iterator<Item = Option<Vec<u8>>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = memmem::find(rest, BEGIN)?;
        let body = rest.get(begin + BEGIN.len()..)?;
        let end = memmem::find(body, END);
        let next = memmem::find(body, OTHER);
        let is_closed = end.is_some_and(|end| next.is_none_or(|next| end < next));
        let length = if is_closed { end } else { next }.unwrap_or(body.len());
        rest = body.get(length..).unwrap_or_default();
        Some(body.get(..length).filter(|_| is_closed).and_then(der))
    })
}

/// The first certificate request in a text as DER.
pub(super) fn request(text: &[u8]) -> Option<Vec<u8>> {
    let begin = memmem::find(text, BEGIN_REQUEST)?;
    let body = text.get(begin + BEGIN_REQUEST.len()..)?;
    der(body.get(..memmem::find(body, END_REQUEST)?)?)
}

/// Decodes base64, ignoring white space.
pub(super) fn decode(base64: &[u8]) -> Option<Vec<u8>> {
    let mut without_spaces = Vec::with_capacity(base64.len());
    for word in base64.split(u8::is_ascii_whitespace) {
        without_spaces.extend_from_slice(word);
    }
    STANDARD.decode(without_spaces).ok()
}

fn der(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() > BLOCK_LIMIT {
        return None;
    }
    decode(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(text: &str) -> Vec<Option<usize>> {
        blocks(text.as_bytes()).map(|block| block.map(|der| der.len())).collect()
    }

    #[test]
    fn a_damaged_block_does_not_affect_others() {
        let block = |body: &str| {
            format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
        };
        assert_eq!(lengths(&(block("QUFB\r\nQQ==") + &block("QQ=="))), [Some(4), Some(1)]);
        assert_eq!(lengths(&(block("ANONYMIZED!") + &block("QQ=="))), [None, Some(1)]);
        let open = "-----BEGIN CERTIFICATE-----\nQUFB\n".to_owned();
        assert_eq!(lengths(&(open.clone() + &block("QQ=="))), [None, Some(1)]);
        assert_eq!(lengths(&open), [None]);
        assert_eq!(lengths("-----BEGIN RSA PRIVATE KEY-----\nQUFB\n"), []);
        assert_eq!(lengths(&block(&"A".repeat(BLOCK_LIMIT + 4))), [None]);
        assert_eq!(lengths(""), []);
    }

    #[test]
    fn base64_may_span_lines() {
        assert_eq!(decode(b"QUFB\n  QQ==\n").as_deref(), Some(&b"AAAA"[..]));
        assert_eq!(decode(b"%"), None);
    }
}
