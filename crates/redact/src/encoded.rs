//! Secrets behind base64: a key, a kubeconfig or registry credentials in one long word.

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};

use super::kind::{SecretKind, SecretSpan};

/// A word may be cut anywhere, so padding and last bits are optional.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Shorter words are too short for more than a name.
const SHORTEST: usize = 24;
/// So many printable characters in a row are not random.
const TEXT: usize = 16;
/// How many nested encodings are decoded: a kubeconfig in a Secret in an Ignition file.
pub(super) const MOST_ENCODINGS: usize = 3;
/// How encoded JSON and PEM begin, wherever in a word.
const BEGINNINGS: [&str; 2] = ["eyJ", "LS0tLS1CRUdJTi"];

/// Finds the words that decode to a text with a secret in it; `first_kind` answers the kind of the
/// first secret of a decoded text.
pub(super) fn find(
    text: &str,
    first_kind: &dyn Fn(&str) -> Option<SecretKind>,
    secrets: &mut Vec<SecretSpan>,
) {
    let mut start = 0;
    let ends = text.bytes().enumerate().filter(|(_, byte)| !is_of_word(*byte));
    for end in ends.map(|(at, _)| at).chain([text.len()]) {
        if end - start >= SHORTEST
            && let Some(as_str) = text.get(start..end)
        {
            let begins = BEGINNINGS.iter().filter_map(|begin| as_str.find(begin)).min();
            for at in [Some(0), begins.filter(|at| *at > 0)].into_iter().flatten() {
                let decoded = as_str.get(at..).and_then(decoded);
                if let Some(kind) = decoded.and_then(|inside| first_kind(&inside)) {
                    let rest = text.get(end..).unwrap_or_default();
                    let padding = rest.len() - rest.trim_start_matches('=').len();
                    secrets.push(SecretSpan { range: start + at..end + padding, kind });
                    break;
                }
            }
        }
        start = end + 1;
    }
}

/// Whether a word is `user:password` in base64.
pub(super) fn is_user_and_password(as_str: &str) -> bool {
    decoded(as_str)
        .is_some_and(|inside| inside.split_once(':').is_some_and(|(_, it)| !it.is_empty()))
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// The text that a word, or its beginning, encodes; None where it encodes none.
fn decoded(as_str: &str) -> Option<String> {
    let as_str: Vec<u8> = as_str
        .trim_end_matches('=')
        .bytes()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        })
        .collect();
    // A single trailing character does not hold a whole byte.
    let length = if as_str.len() % 4 == 1 { as_str.len() - 1 } else { as_str.len() };
    let bytes = LENIENT.decode(as_str.get(..length)?).ok()?;
    let text = bytes.utf8_chunks().next()?.valid();
    let is_shown = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let shown = text.find(|c| !is_shown(c)).unwrap_or(text.len());
    // A path may follow without a gap: the slash belongs to the base64 alphabet.
    let is_text = shown >= TEXT || shown + 3 >= bytes.len();
    text.get(..shown).filter(|text| is_text && !text.is_empty()).map(str::to_owned)
}
