//! What is secret behind base64: a key, a kubeconfig or the logins of registries in one long word.

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};

use super::Hit;

/// The cut of a word may fall anywhere, so padding and last bits are not insisted on.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Shorter words hold no more than a name would.
const SHORTEST: usize = 24;
/// So many characters in a row are no chance.
const TEXT: usize = 16;
/// How many encodings are unwrapped: a kubeconfig in a Secret in a file of an ignition.
const DEEPEST: usize = 3;
/// How encoded JSON and PEM begin, wherever in a word.
const BEGINNINGS: [&str; 2] = ["eyJ", "LS0tLS1CRUdJTi"];

/// Finds the words that decode to a text with something secret in it.
pub(super) fn find(text: &str, depth: usize, hits: &mut Vec<Hit>) {
    if depth == DEEPEST {
        return;
    }
    let mut start = 0;
    let ends = text.bytes().enumerate().filter(|(_, byte)| !is_of_word(*byte));
    for end in ends.map(|(at, _)| at).chain([text.len()]) {
        if end - start >= SHORTEST
            && let Some(word) = text.get(start..end)
        {
            let begins = BEGINNINGS.iter().filter_map(|begin| word.find(begin)).min();
            for at in [Some(0), begins.filter(|at| *at > 0)].into_iter().flatten() {
                let kind = word.get(at..).and_then(decoded).and_then(|inside| {
                    super::find_within(&inside, depth + 1).first().map(|hit| hit.kind)
                });
                if let Some(kind) = kind {
                    let rest = text.get(end..).unwrap_or_default();
                    let padding = rest.len() - rest.trim_start_matches('=').len();
                    hits.push(Hit { range: start + at..end + padding, kind });
                    break;
                }
            }
        }
        start = end + 1;
    }
}

/// Whether a word is `user:password` in base64.
pub(super) fn is_user_and_password(word: &str) -> bool {
    decoded(word).is_some_and(|inside| inside.split_once(':').is_some_and(|(_, it)| !it.is_empty()))
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// The text that a word encodes, or begins with; None where it encodes none.
fn decoded(word: &str) -> Option<String> {
    let word: Vec<u8> = word
        .trim_end_matches('=')
        .bytes()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        })
        .collect();
    // One letter over says nothing of the byte it begins.
    let length = if word.len() % 4 == 1 { word.len() - 1 } else { word.len() };
    let bytes = LENIENT.decode(word.get(..length)?).ok()?;
    let text = bytes.utf8_chunks().next()?.valid();
    let is_shown = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let shown = text.find(|c| !is_shown(c)).unwrap_or(text.len());
    // A path may follow without a gap: slashes are letters of base64.
    let is_text = shown >= TEXT || shown + 3 >= bytes.len();
    text.get(..shown).filter(|text| is_text && !text.is_empty()).map(str::to_owned)
}
