//! Any text in a report: redaction keeps the number of lines, removes control characters, and
//! limits the growth of the text.

use mustknow_report::safe::SafeText;

/// The most bytes that one byte can become: a marker or an escaped form.
const GROWTH: usize = 40;

/// Checks one input.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let words = SafeText::text(text);
    let lines = text.lines().count().max(1);
    assert_eq!(words.split('\n').count(), lines, "{text:?} became {words:?}");
    assert!(words.len() <= GROWTH * (text.len() + 1), "{text:?} became {words:?}");
    assert!(!words.chars().any(|letter| letter.is_control() && letter != '\n'), "{words:?}");
    let name = SafeText::name(text);
    assert!(!name.chars().any(char::is_control), "{name:?}");
}
