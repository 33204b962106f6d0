//! Private keys in PEM, complete or in part, on lines or with `\n` escaped. Certificates are public
//! and stay.

use super::kind::{SecretKind, SecretSpan};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
/// Body lines are longer; a shorter one may be a word.
const BODY: usize = 40;
/// The least length of the first line after a header that counts as body.
const FIRST: usize = 16;
/// How certificates and public keys begin in base64.
const PUBLIC: [&str; 4] = [
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FUR",
    "LS0tLS1CRUdJTiBQVUJMSUMg",
    "LS0tLS1CRUdJTiBYNTA5",
    "LS0tLS1CRUdJTiBUUlVTVEVE",
];

/// Finds private keys and visible parts of them.
pub(super) fn find(text: &str, secrets: &mut Vec<SecretSpan>) {
    let mut at = 0;
    while let Some(found) = next_private(text, at) {
        let (range, next) = match found {
            (PemBoundary::Begin, start, head) => {
                let end = end_of(text, head);
                // Without a key after it, the header is only mentioned.
                (if end > head { start..end } else { head..head }, end)
            }
            (PemBoundary::End, start, foot) => (start_of(text, at, start)..foot, foot),
        };
        at = next;
        secrets.push(SecretSpan { range, kind: SecretKind::PrivateKey });
    }
    bodies(text, secrets);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PemBoundary {
    Begin,
    End,
}

/// The next header or footer of a private key, and its start and end.
fn next_private(text: &str, from: usize) -> Option<(PemBoundary, usize, usize)> {
    let mut at = from;
    loop {
        let start = at + text.get(at..)?.find(DASHES)?;
        let rest = text.get(start..)?;
        let mark = match (rest.strip_prefix(BEGIN), rest.strip_prefix(END)) {
            (Some(label), _) => Some((PemBoundary::Begin, label, BEGIN)),
            (_, Some(label)) => Some((PemBoundary::End, label, END)),
            _ => None,
        };
        if let Some((mark, label, prefix)) = mark {
            let length = label.bytes().take_while(|b| is_of_label(*b)).count();
            let name = label.get(..length)?;
            let is_private = name.ends_with("PRIVATE KEY") || name.ends_with("PRIVATE KEY BLOCK");
            if is_private && label.get(length..)?.starts_with(DASHES) {
                return Some((mark, start, start + prefix.len() + length + DASHES.len()));
            }
        }
        at = start + DASHES.len();
    }
}

fn is_of_label(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' '
}

fn is_of_body(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Where the key whose header ends at `head` ends.
fn end_of(text: &str, head: usize) -> usize {
    let rest = text.get(head..).unwrap_or_default();
    let foot = rest.find(DASHES).and_then(|at| {
        let label = rest.get(at..)?.strip_prefix(END)?;
        Some(at + END.len() + label.find(DASHES)? + DASHES.len())
    });
    if let Some(foot) = foot {
        return head + foot;
    }
    // The block is truncated.
    let mut end = head;
    let mut is_first = true;
    while let Some(rest) = text.get(end..).filter(|rest| !rest.is_empty()) {
        let gap = separators(rest);
        let as_str = rest.get(gap..).unwrap_or_default();
        let length = as_str.bytes().take_while(|byte| is_of_body(*byte)).count();
        let is_header = as_str.starts_with("Proc-Type:") || as_str.starts_with("DEK-Info:");
        let is_name = as_str.as_bytes().get(length) == Some(&b':');
        let length =
            if is_header { as_str.find(['\n', '\\']).unwrap_or(as_str.len()) } else { length };
        if length == 0 || (is_name && !is_header) || (is_first && !is_header && length < FIRST) {
            break;
        }
        is_first = is_first && is_header;
        end += gap + length;
    }
    end
}

/// The length of the leading white space of a text, escaped line ends included.
fn separators(text: &str) -> usize {
    let mut rest = text;
    loop {
        let shorter = rest.trim_start_matches([' ', '\n', '\r', '\t']);
        let slashes = shorter.trim_start_matches('\\');
        let is_escape = slashes.len() < shorter.len() && slashes.starts_with(['n', 'r']);
        let shorter = if is_escape { slashes.get(1..).unwrap_or_default() } else { shorter };
        if shorter.len() == rest.len() {
            return text.len() - rest.len();
        }
        rest = shorter;
    }
}

/// Where the part of a body before a footer begins, at or after `floor`.
fn start_of(text: &str, floor: usize, foot: usize) -> usize {
    let mut start = foot;
    let mut has_line = false;
    loop {
        let before = text.get(floor..start).unwrap_or_default();
        let as_str = before.trim_end_matches([' ', '\n', '\r', '\\']);
        let gap = before.get(as_str.len()..).unwrap_or_default();
        let length = as_str.bytes().rev().take_while(|byte| is_of_body(*byte)).count();
        // Words on one line are a sentence.
        if length == 0 || (start < foot && !gap.contains(['\n', '\\'])) {
            break;
        }
        has_line |= length >= FIRST;
        start -= gap.len() + length;
    }
    if has_line { start } else { foot }
}

/// What a body line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PemContext {
    Unknown,
    /// Between the header and the footer of something public.
    PublicPem,
    /// The same, base64-encoded again.
    PublicWord,
}

/// Finds lines that are only body, of a block whose header is not visible.
fn bodies(text: &str, secrets: &mut Vec<SecretSpan>) {
    let mut inside = PemContext::Unknown;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let line = line.trim();
        let is_body = line.bytes().all(is_of_body);
        inside = match inside {
            _ if line.contains(BEGIN) => PemContext::PublicPem,
            _ if line.contains(END) => PemContext::Unknown,
            _ if PUBLIC.iter().any(|begin| line.starts_with(begin)) => PemContext::PublicWord,
            PemContext::PublicWord if !is_body => PemContext::Unknown,
            inside => inside,
        };
        if is_body && inside == PemContext::Unknown && line.len() >= BODY && is_mixed(line) {
            secrets.push(SecretSpan {
                range: start..start + line.len(),
                kind: SecretKind::PrivateKey,
            });
        }
    }
}

fn is_mixed(line: &str) -> bool {
    let has = |fits: fn(&u8) -> bool| line.as_bytes().iter().any(fits);
    has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit)
}
