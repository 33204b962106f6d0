//! Decides whether a text may be read by the library, which is slow and does not limit its input.
//!
//! libyaml takes time in proportion to nested brackets times tokens, and the library expands
//! aliases without a limit on their product. The guard counts what could nest or expand, and may
//! overestimate but never underestimate: quotes and comments are counted too, because a hostile
//! text could fake them.

use super::error::YamlError;
use super::tape::MAX_DEPTH;

/// The largest document that the library reads; at 50 MB/s this takes 40 ms.
const MAX_BYTES: usize = 2 << 20;
/// The limit of opening brackets times bytes of the document.
const MAX_BRACKET_WORK: usize = 1 << 30;
/// The most aliases, and the largest document that has any: it expands to about twenty times its
/// size at most.
const MAX_ALIASES: usize = 8;
const MAX_BYTES_WITH_ALIASES: usize = 64 << 10;

/// Refuses a document that could take the library too long; `offset` is its start.
pub(super) fn check(document: &str, offset: usize) -> Result<(), YamlError> {
    let refuse = |message: &str| Err(YamlError::Syntax { message: message.to_owned(), offset });
    let bytes = document.as_bytes();
    if bytes.len() > MAX_BYTES {
        return refuse(
            "document uses YAML features that only the slow parser supports and is too large for it",
        );
    }
    let mut brackets: usize = 0;
    let mut anchors: usize = 0;
    let mut aliases: usize = 0;
    let mut columns: Vec<usize> = Vec::new();
    for line in bytes.split(|&byte| byte == b'\n') {
        let mut before = b' ';
        let mut is_indentation = true;
        for (column, &byte) in line.iter().enumerate() {
            let names = |next: Option<&u8>| {
                !before.is_ascii_alphanumeric()
                    && next
                        .is_some_and(|&next| next.is_ascii_alphanumeric() || b"-_".contains(&next))
            };
            match byte {
                b'[' | b'{' => brackets += 1,
                b'&' if names(line.get(column + 1)) => anchors += 1,
                b'*' if names(line.get(column + 1)) => aliases += 1,
                _ => {}
            }
            // `- - x` opens a collection at every dash, `? ? x` at every question mark.
            if is_indentation && !matches!(byte, b' ' | b'\t') {
                while columns.last().is_some_and(|&last| last >= column) {
                    columns.pop();
                }
                columns.push(column);
                if columns.len() > MAX_DEPTH {
                    return Err(YamlError::TooDeep { offset });
                }
                let next = line.get(column + 1).unwrap_or(&b' ');
                is_indentation = matches!(byte, b'-' | b'?' | b':') && next.is_ascii_whitespace();
            }
            before = byte;
        }
    }
    if brackets.saturating_mul(bytes.len()) > MAX_BRACKET_WORK {
        return Err(YamlError::TooDeep { offset });
    }
    let expands = anchors > 0 && aliases > 0;
    if expands && (aliases > MAX_ALIASES || bytes.len() > MAX_BYTES_WITH_ALIASES) {
        return refuse(
            "document uses YAML features that only the slow parser supports and has too many aliases",
        );
    }
    Ok(())
}
