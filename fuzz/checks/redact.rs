//! Any text as text of a report: it has as many lines as before, no control characters, and it has grown no
//! more than in proportion to its length.

use mustknow_report::SafeText;

/// The most bytes that replace one byte: a marker, or an escaped character.
const GROWTH: usize = 40;

/// Asserts it of one input.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let safe = SafeText::text(text);
    let lines = text.lines().count().max(1);
    assert_eq!(safe.split('\n').count(), lines, "{text:?} became {safe:?}");
    assert!(safe.len() <= GROWTH * (text.len() + 1), "{text:?} became {safe:?}");
    assert!(!safe.chars().any(|letter| letter.is_control() && letter != '\n'), "{safe:?}");
    let name = SafeText::name(text);
    assert!(!name.chars().any(char::is_control), "{name:?}");
}
