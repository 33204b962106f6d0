//! What is stored of a line that is too long: its head, the literal that was found with what
//! surrounds it, and its tail, where an error has its cause.
//!
//! While a log is read, the parts are only copied, with so much before and after each that a secret
//! is recognised that begins or ends outside of it. They are redacted after the end of the log: many
//! lines may match, and few are kept.

use std::ops::Range;

use memchr::memmem;
use mustknow_redact::redact_part;

/// Longer lines are stored in part, in bytes.
pub(super) const LIMIT: usize = 4096;
/// What stands between the parts.
pub(super) const CUT: &str = " ... ";
/// How much of the head is shown; it has the time and the origin.
const HEAD: usize = 1024;
/// How much before the literal is shown, and how much from its beginning on.
const BEFORE: usize = 256;
const FROM: usize = 768;
/// How much of the tail is shown.
const TAIL: usize = 1792;
/// How much is stored before what is shown, for the redaction: more than the length of a key.
const MARGIN_BEFORE: usize = 4096;
/// How much is stored after it.
const MARGIN_AFTER: usize = 1024;

/// A part of a line, in the text that is stored of the line.
#[derive(Clone, Debug)]
pub(super) struct LinePart {
    stored: Range<usize>,
    shown: Range<usize>,
}

/// Stores a line, or its parts if it is long.
pub(super) fn store(line: &[u8], literal: &str, text: &mut Vec<u8>, parts: &mut Vec<LinePart>) {
    text.clear();
    parts.clear();
    if line.len() <= LIMIT {
        text.extend_from_slice(line);
        return;
    }
    for shown in shown_ranges(line, literal) {
        let start = shown.start.saturating_sub(MARGIN_BEFORE);
        let end = line.len().min(shown.end + MARGIN_AFTER);
        // The offset in the text of the offset 0 in the line.
        let moved = |at: usize| text.len() + at - start;
        parts.push(LinePart {
            stored: moved(start)..moved(end),
            shown: moved(shown.start)..moved(shown.end),
        });
        text.extend_from_slice(line.get(start..end).unwrap_or_default());
    }
}

/// The stored line as it is shown.
pub(super) fn text(stored: &[u8], parts: &[LinePart]) -> String {
    if parts.is_empty() {
        return String::from_utf8_lossy(stored).into_owned();
    }
    let texts: Vec<_> = parts.iter().map(|part| part_text(stored, part)).collect();
    texts.join(CUT)
}

fn part_text(stored: &[u8], LinePart { stored: all, shown }: &LinePart) -> String {
    let decode =
        |range: Range<usize>| String::from_utf8_lossy(stored.get(range).unwrap_or_default());
    let before = decode(all.start..shown.start);
    let part = decode(shown.clone());
    let after = decode(shown.end..all.end);
    let range = before.len()..before.len() + part.len();
    redact_part(&[before, part, after].concat(), range)
}

/// The ranges of a long line that are shown, in order and apart from each other.
fn shown_ranges(line: &[u8], literal: &str) -> Vec<Range<usize>> {
    let found = memmem::find(line, literal.as_bytes()).unwrap_or(0);
    let around =
        found.saturating_sub(BEFORE)..(found + literal.len().min(FROM) + FROM).min(line.len());
    let ranges = [0..HEAD, around, line.len() - TAIL..line.len()];
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        let range = char_boundary(line, range.start)..char_boundary(line, range.end);
        match merged.last_mut() {
            Some(last) if range.start <= last.end + CUT.len() => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The first position at or after `at` that is not within a character.
fn char_boundary(line: &[u8], at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    at + rest.iter().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count()
}

#[cfg(test)]
mod tests {
    use mustknow_testkit::planted_secrets::PLANTED_SECRETS;

    use super::*;

    fn shown(line: &str, literal: &str) -> String {
        let (mut stored, mut parts) = (vec![1], vec![]);
        store(line.as_bytes(), literal, &mut stored, &mut parts);
        text(&stored, &parts)
    }

    #[test]
    fn a_short_line_is_stored_whole() {
        for line in ["", "password: x", &"x".repeat(LIMIT)] {
            assert_eq!(shown(line, "x"), line);
        }
    }

    #[test]
    fn a_long_line_keeps_head_literal_and_tail() {
        let line = format!(
            "2024-10-28T10:00:00Z {}slow fdatasync took 3s {}is after 2024-03-05T21:19:29Z",
            "x ".repeat(9000),
            "y ".repeat(9000)
        );
        let text = shown(&line, "slow fdatasync");
        assert!(text.starts_with("2024-10-28T10:00:00Z x") && text.len() <= LIMIT);
        assert!(text.contains("x slow fdatasync took 3s y"), "{text}");
        assert!(text.ends_with("y is after 2024-03-05T21:19:29Z"), "{text}");
        assert_eq!(text.matches(CUT).count(), 2);
    }

    #[test]
    fn parts_that_meet_are_one() {
        let line = format!("slow {}", "x".repeat(LIMIT));
        assert_eq!(shown(&line, "slow").matches(CUT).count(), 1);
        let line = format!("{} slow", "x".repeat(LIMIT));
        assert_eq!(shown(&line, "slow").matches(CUT).count(), 1);
        let all = HEAD + TAIL + 2 * CUT.len();
        assert!(shown(&"x".repeat(1 << 20), "absent").len() <= all);
    }

    #[test]
    fn no_character_is_split() {
        for shift in 0..4 {
            let line = format!("{}{}", "x".repeat(shift), "\u{1f600}\u{e4}".repeat(4000));
            for literal in ["x", "\u{e4}", "absent"] {
                assert!(!shown(&line, literal).contains('\u{fffd}'), "{shift} {literal}");
            }
        }
    }

    #[test]
    fn no_cut_shows_a_part_of_a_secret() {
        for (text, secret) in PLANTED_SECRETS.iter().filter(|(text, _)| !text.contains('\n')) {
            // Some of them are recognised only where their line ends.
            if mustknow_redact::redact(&format!("x {text} x")).contains(secret) {
                continue;
            }
            let text = format!(" {text} ");
            let length = text.len();
            for cut in [HEAD, 9000 - BEFORE, 9000 + FROM, 20_000 - TAIL] {
                for at in (cut.saturating_sub(length + 2)..cut + 2).step_by(5) {
                    let mut line = "x ".repeat(10_000);
                    line.replace_range(at..at + length, &text);
                    line.replace_range(9000..9004, "slow");
                    let text = shown(&line, "slow");
                    assert!(!text.contains(secret), "{secret} at {at}: {text}");
                }
            }
        }
    }
}
