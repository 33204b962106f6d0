//! Words for what went wrong, as damage wants them: lower case, no full stop.

use std::io;

/// The most characters of a foreign name that a piece of damage repeats.
const NAME_SHOWN: usize = 200;

/// Says what an I/O error is.
pub fn of_error(error: &io::Error) -> String {
    let kind = error.kind().to_string();
    if error.raw_os_error().is_some() && kind != "uncategorized error" {
        return kind;
    }
    let text = of_text(&error.to_string());
    if text.is_empty() { kind } else { text }
}

/// A fragment of a sentence from a foreign one.
pub fn of_text(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Repeats a name that was refused, lossy and cut to a bearable length.
pub fn of_name(name: &[u8]) -> String {
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
    fn an_error_of_the_system_loses_its_number() {
        let error = io::Error::from_raw_os_error(13);
        assert_eq!(of_error(&error), "permission denied");
    }

    #[test]
    fn an_error_of_a_decoder_keeps_its_words_in_lower_case() {
        assert_eq!(of_error(&io::Error::other("Bad block.")), "bad block");
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(of_name(&[b'x'; 5000]).len(), NAME_SHOWN + 3);
        assert_eq!(of_name(b"a\xff"), "a\u{fffd}");
    }
}
