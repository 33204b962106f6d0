//! Any text as words of a report: it has as many lines as before, nothing in it acts, and it has grown no
//! more than its length bears out.

use mustknow_report::safe::SafeText;

/// How many bytes come of one at most: a marker in its place, or what is spelled out.
const GROWTH: usize = 40;

/// Asserts it of one input.
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
