//! Phrases errors and names for damage messages: lower case, no full stop.

use std::io;

/// The most characters of a name that a message repeats.
const NAME_SHOWN: usize = 200;

/// Describes an I/O error.
pub fn io_error(error: &io::Error) -> String {
    let kind = error.kind().to_string();
    if error.raw_os_error().is_some() && kind != "uncategorized error" {
        return kind;
    }
    let text = lower_case(&error.to_string());
    if text.is_empty() { kind } else { text }
}

/// Turns a sentence into a phrase in lower case without a full stop.
pub fn lower_case(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Shows a name, lossy and shortened.
pub fn name(name: &[u8]) -> String {
    let shown = name.get(..4 * NAME_SHOWN).unwrap_or(name);
    let text = String::from_utf8_lossy(shown);
    match text.char_indices().nth(NAME_SHOWN) {
        Some((end, _)) => text.get(..end).map_or_else(String::new, |cut| format!("{cut}...")),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_system_error_is_shown_without_its_number() {
        let error = io::Error::from_raw_os_error(13);
        assert_eq!(io_error(&error), "permission denied");
    }

    #[test]
    fn a_decoder_error_is_shown_in_lower_case() {
        assert_eq!(io_error(&io::Error::other("Bad block.")), "bad block");
    }

    #[test]
    fn a_long_name_is_shortened() {
        assert_eq!(name(&[b'x'; 5000]).len(), NAME_SHOWN + 3);
        assert_eq!(name(b"a\xff"), "a\u{fffd}");
    }
}
