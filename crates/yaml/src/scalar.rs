//! Decodes the text of a scalar: quotes, escapes, folding, blocks.
//!
//! The rules for line ends inside a scalar are libyaml's, which Go's YAML and the oracle follow:
//! one line end becomes a space, n line ends become n - 1, and white space around them is dropped.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::block_scalar;
use super::tape::{NodeKind, TreeNode};

/// The text of a scalar node; for nodes of another kind, the text that they cover.
pub(super) fn decode(text: &str, node: TreeNode) -> Cow<'_, str> {
    let raw = text.get(node.span()).unwrap_or_default();
    match node.kind {
        NodeKind::PlainFolded => Cow::Owned(plain(raw)),
        NodeKind::Quoted => Cow::Borrowed(inner(raw)),
        NodeKind::Single => Cow::Owned(single(inner(raw))),
        NodeKind::Double => Cow::Owned(double(inner(raw))),
        NodeKind::Block => block_scalar::decode(text, node),
        _ => Cow::Borrowed(raw),
    }
}

/// The text between the quotes.
fn inner(raw: &str) -> &str {
    raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default()
}

fn plain(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((line, after)) = split(rest, memchr(b'\n', rest.as_bytes())) {
        out.push_str(trim_end(line));
        rest = fold(after, &mut out);
    }
    out.push_str(rest);
    out
}

fn single(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((chunk, after)) = split(rest, memchr2(b'\'', b'\n', rest.as_bytes())) {
        if after.starts_with('\'') {
            out.push_str(chunk);
            out.push('\'');
            rest = after.get(2..).unwrap_or_default();
        } else {
            out.push_str(trim_end(chunk));
            rest = fold(after, &mut out);
        }
    }
    out.push_str(rest);
    out
}

fn double(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((chunk, after)) = split(rest, memchr2(b'\\', b'\n', rest.as_bytes())) {
        if after.starts_with('\n') {
            // White space from an escape is in an earlier chunk and is kept.
            out.push_str(trim_end(chunk));
            rest = fold(after, &mut out);
        } else {
            out.push_str(chunk);
            rest = escape(after.get(1..).unwrap_or_default(), &mut out);
        }
    }
    out.push_str(rest);
    out
}

/// Writes the character of an escape whose backslash has been read, and returns the text after it.
fn escape<'t>(text: &'t str, out: &mut String) -> &'t str {
    let mut chars = text.chars();
    let Some(letter) = chars.next() else { return "" };
    let rest = chars.as_str();
    let plain = match letter {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return code(rest, 2, out),
        'u' => return code(rest, 4, out),
        'U' => return code(rest, 8, out),
        '\n' => return join(rest, out),
        '\r' => return join(rest.strip_prefix('\n').unwrap_or(rest), out),
        other => other,
    };
    out.push(plain);
    rest
}

/// Writes the character of a hexadecimal escape; a surrogate pair, as in JSON, is one character.
///
/// A lone surrogate becomes U+FFFD, as in Go's JSON parser: a broken name must not lose the file.
fn code<'t>(text: &'t str, digits: usize, out: &mut String) -> &'t str {
    let hex = |text: &str, digits| u32::from_str_radix(text.get(..digits)?, 16).ok();
    let high = hex(text, digits).unwrap_or_default();
    let rest = text.get(digits..).unwrap_or_default();
    if (0xd800..0xdc00).contains(&high)
        && let Some(second) = rest.strip_prefix("\\u")
        && let Some(low) = hex(second, 4).filter(|low| (0xdc00..0xe000).contains(low))
    {
        let both = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        out.push(char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER));
        return second.get(4..).unwrap_or_default();
    }
    out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

/// Skips an escaped line end: the lines join without a space, empty lines between them remain.
fn join<'t>(text: &'t str, out: &mut String) -> &'t str {
    let (rest, breaks) = skip_breaks(text);
    out.extend(std::iter::repeat_n('\n', breaks));
    rest
}

/// Skips the line ends at the start of the text and writes what they fold to.
fn fold<'t>(text: &'t str, out: &mut String) -> &'t str {
    let (rest, breaks) = skip_breaks(text);
    if breaks == 1 {
        out.push(' ');
    } else {
        out.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
    }
    rest
}

/// The text after the white space and line ends at the start, and the number of those line ends.
fn skip_breaks(text: &str) -> (&str, usize) {
    let rest = text.trim_start_matches([' ', '\t', '\r', '\n']);
    let skipped = text.len().saturating_sub(rest.len());
    let breaks = text.bytes().take(skipped).filter(|&byte| byte == b'\n').count();
    (rest, breaks)
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches([' ', '\t', '\r'])
}

fn split(text: &str, at: Option<usize>) -> Option<(&str, &str)> {
    text.split_at_checked(at?)
}
