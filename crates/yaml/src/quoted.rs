//! Finds the end of a quoted scalar and decides whether it must be decoded.
//!
//! The block, flow and JSON readers share it. Nothing is decoded here, but escapes are checked, so
//! decoding later cannot fail.

use memchr::{memchr2, memchr3};

use super::error::Stop;
use super::tape::NodeKind;

const UNTERMINATED: &str = "unterminated quoted string";

/// A quoted scalar that was scanned.
#[derive(Clone, Copy)]
pub(super) struct QuotedScalar {
    /// The offset after the closing quote.
    pub(super) end: usize,
    pub(super) kind: NodeKind,
    /// True if it contains a line end.
    pub(super) is_multiline: bool,
}

/// Scans the scalar whose opening quote, single or double, is at `start`.
pub(super) fn scan(bytes: &[u8], start: usize) -> Result<QuotedScalar, Stop> {
    if bytes.get(start) == Some(&b'\'') { single(bytes, start) } else { double(bytes, start) }
}

/// True if a line that starts here begins or ends a document.
pub(super) fn is_document_marker(bytes: &[u8], line: usize) -> bool {
    let Some(rest) = bytes.get(line..) else { return false };
    (rest.starts_with(b"---") || rest.starts_with(b"..."))
        && rest.get(3).is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

fn single(bytes: &[u8], start: usize) -> Result<QuotedScalar, Stop> {
    let mut kind = NodeKind::Quoted;
    let mut is_multiline = false;
    let mut from = start.saturating_add(1);
    loop {
        let at = find(bytes, start, from, |rest| memchr2(b'\'', b'\n', rest))?;
        from = at.saturating_add(1);
        if bytes.get(at) == Some(&b'\n') {
            end_of_line(bytes, start, from)?;
            is_multiline = true;
        } else if bytes.get(from) == Some(&b'\'') {
            from = from.saturating_add(1);
        } else {
            return Ok(QuotedScalar { end: from, kind, is_multiline });
        }
        kind = NodeKind::Single;
    }
}

fn double(bytes: &[u8], start: usize) -> Result<QuotedScalar, Stop> {
    let mut kind = NodeKind::Quoted;
    let mut is_multiline = false;
    let mut from = start.saturating_add(1);
    loop {
        let at = find(bytes, start, from, |rest| memchr3(b'"', b'\\', b'\n', rest))?;
        from = at.saturating_add(1);
        match bytes.get(at) {
            Some(b'\n') => {
                end_of_line(bytes, start, from)?;
                is_multiline = true;
            }
            Some(b'\\') => {
                let length = escape(bytes.get(from..).unwrap_or_default())
                    .ok_or(Stop::Outside { what: "unknown escape sequence", offset: at })?;
                let is_line_end = matches!(bytes.get(from), Some(b'\n' | b'\r'));
                from = from.saturating_add(length);
                if is_line_end {
                    end_of_line(bytes, start, from)?;
                    is_multiline = true;
                }
            }
            _ => return Ok(QuotedScalar { end: from, kind, is_multiline }),
        }
        kind = NodeKind::Double;
    }
}

fn find(
    bytes: &[u8],
    start: usize,
    from: usize,
    search: impl Fn(&[u8]) -> Option<usize>,
) -> Result<usize, Stop> {
    let found = bytes.get(from..).and_then(search);
    found.map(|at| at + from).ok_or(Stop::Syntax { what: UNTERMINATED, offset: start })
}

fn end_of_line(bytes: &[u8], start: usize, next_line: usize) -> Result<(), Stop> {
    if is_document_marker(bytes, next_line) {
        return Err(Stop::Syntax { what: UNTERMINATED, offset: start });
    }
    Ok(())
}

/// The length of an escape after its backslash; None if there is no such escape.
fn escape(rest: &[u8]) -> Option<usize> {
    match rest.first()? {
        b'x' => hexadecimal(rest, 2),
        b'u' => hexadecimal(rest, 4),
        b'U' => hexadecimal(rest, 8),
        b'\r' => (rest.get(1) == Some(&b'\n')).then_some(2),
        b'0' | b'a' | b'b' | b't' | b'n' | b'v' | b'f' | b'r' | b'e' | b'N' | b'_' | b'L'
        | b'P' | b' ' | b'"' | b'/' | b'\\' | b'\t' | b'\n' => Some(1),
        _ => None,
    }
}

fn hexadecimal(rest: &[u8], digits: usize) -> Option<usize> {
    let digits_end = digits + 1;
    let is_hex = rest.get(1..digits_end)?.iter().all(u8::is_ascii_hexdigit);
    // A code beyond the last character starts with more than 0010.
    let fits = digits < 8 || rest.get(1..5)? <= b"0010".as_slice();
    (is_hex && fits).then_some(digits_end)
}
