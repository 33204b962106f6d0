//! Shortens text that is too long to show, without splitting a secret.
//!
//! An error ends with its cause and a log line with what went wrong, so the tail is kept before the
//! head. A secret is recognised by what precedes it, so it is redacted before anything is cut.

use std::borrow::Cow;
use std::ops::Range;

use super::search::{find, redact};

/// The most bytes of a text that are searched for secrets. Of a longer text only both ends are shown.
const SEARCHED: usize = 64 << 10;
/// How much of the head of such a text is shown, in bytes.
const HEAD: usize = 4 << 10;
/// How much of its tail is shown, in bytes.
const TAIL: usize = 32 << 10;
/// How many bytes beyond both are searched too: more than the length of a private key.
const MARGIN: usize = 4 << 10;
/// What stands between the ends of such a text.
const GAP: &str = " ... ";
/// A marker is not longer, in bytes.
const MARKER: usize = 40;

/// The text with a marker in place of each secret; of a very long text only both ends, with ` ... `
/// between them, so that the time for one text is bounded.
pub fn redact_ends(text: &str) -> Cow<'_, str> {
    if text.len() <= SEARCHED {
        return redact(text);
    }
    let head = text.get(..text.floor_char_boundary(HEAD + MARGIN)).unwrap_or_default();
    let tail = text.ceil_char_boundary(text.len() - TAIL - MARGIN);
    let tail = text.get(tail..).unwrap_or_default();
    let head = redact_part(head, 0..head.floor_char_boundary(HEAD));
    let tail = redact_part(tail, tail.ceil_char_boundary(MARGIN)..tail.len());
    Cow::Owned([&*head, GAP, &*tail].concat())
}

/// A part of a text, redacted with what is known from the rest of it: a secret that is only partly
/// in it is redacted as well.
pub fn redact_part(text: &str, part: Range<usize>) -> String {
    let mut clean = String::new();
    let mut copied = part.start;
    for secret in find(text) {
        if secret.range.end <= part.start || secret.range.start >= part.end {
            continue;
        }
        clean.push_str(text.get(copied..secret.range.start).unwrap_or_default());
        clean.push_str(secret.kind.marker());
        copied = secret.range.end;
    }
    clean.push_str(text.get(copied..part.end).unwrap_or_default());
    clean
}

/// A line of at most `most` characters: the whole line if it fits, otherwise its head and its tail
/// with `mark` between them, redacted. The tail gets two thirds, and words stay whole where they are
/// not too long.
pub fn shorten<'t>(line: &'t str, most: usize, mark: &str) -> Cow<'t, str> {
    if fits(line, most) {
        return Cow::Borrowed(line);
    }
    Cow::Owned(shorten_redacted(&redact_ends(line), most, mark).into_owned())
}

/// The same of a line that was redacted as a part of a longer text; markers stay whole.
pub fn shorten_redacted<'t>(line: &'t str, most: usize, mark: &str) -> Cow<'t, str> {
    if fits(line, most) {
        return Cow::Borrowed(line);
    }
    let room = most.saturating_sub(mark.chars().count());
    let head = head(line, room / 3);
    let tail = tail(line, room - room / 3);
    Cow::Owned([head, mark, tail].concat())
}

/// Whether a line has at most `most` characters.
fn fits(line: &str, most: usize) -> bool {
    line.char_indices().nth(most).is_none()
}

/// The first characters of a line, at most `most`.
fn head(line: &str, most: usize) -> &str {
    let end = line.char_indices().nth(most).map_or(line.len(), |(at, _)| at);
    let kept = line.get(..end).unwrap_or_default();
    let is_between_words = line.get(end..).is_some_and(|rest| rest.starts_with(' '));
    let word = kept.rfind(' ').filter(|at| !is_between_words && *at >= end / 4);
    let end = word.unwrap_or(end);
    let end = marker_around(line, end).map_or(end, |marker| marker.start);
    let mut kept = line.get(..end).unwrap_or_default();
    // A letter without its marks is another letter.
    if line.get(end..).is_some_and(|rest| rest.starts_with(joins_the_character_before)) {
        kept = kept.trim_end_matches(joins_the_character_before);
        kept = kept.char_indices().next_back().map_or("", |(at, _)| kept.get(..at).unwrap_or(""));
    }
    kept.trim_end()
}

/// The last characters of a line, at most `most`.
fn tail(line: &str, most: usize) -> &str {
    let start = most.checked_sub(1).and_then(|last| line.char_indices().nth_back(last));
    let start = start.map_or(line.len(), |(at, _)| at);
    let kept = line.get(start..).unwrap_or_default();
    let is_between_words = line.get(..start).is_some_and(|before| before.ends_with(' '));
    let word = kept.find(' ').filter(|at| !is_between_words && *at <= kept.len() / 4 * 3);
    let start = word.map_or(start, |at| start + at);
    let start = marker_around(line, start).map_or(start, |marker| marker.end);
    let kept = line.get(start..).unwrap_or_default();
    kept.trim_start_matches(joins_the_character_before).trim_start()
}

/// The marker of a secret that a cut at `at` would split.
fn marker_around(line: &str, at: usize) -> Option<Range<usize>> {
    const BEGIN: &str = "<redacted: ";
    let from = line.floor_char_boundary(at.saturating_sub(MARKER));
    let to = line.ceil_char_boundary((at + MARKER).min(line.len()));
    let mut begins = line.get(from..to)?.rmatch_indices(BEGIN).map(|(begin, _)| from + begin);
    let start = begins.find(|begin| *begin < at)?;
    let end = start + line.get(start..to)?.find('>')? + 1;
    (at < end).then_some(start..end)
}

/// Whether a character is shown together with the one before it: accents, vowel signs, joiners and
/// selectors of the scripts that occur in logs.
fn joins_the_character_before(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5bd}'
            | '\u{64b}'..='\u{65f}'
            | '\u{93a}'..='\u{94f}'
            | '\u{e31}'
            | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{200d}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{3099}'..='\u{309a}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{1f3fb}'..='\u{1f3ff}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

#[cfg(test)]
mod tests {
    use mustknow_testkit::planted_secrets::PLANTED_SECRETS;

    use super::*;

    #[test]
    fn the_end_of_an_error_is_kept_before_its_beginning() {
        let error = format!("failed to pull image: {}: no such host", "rpc error: ".repeat(100));
        let short = shorten(&error, 60, " ... ");
        assert_eq!(short, "failed to pull ... rpc error: rpc error: : no such host");
        assert_eq!(shorten("a b", 3, " ... "), "a b");
        assert_eq!(shorten("", 0, " ... "), "");
    }

    #[test]
    fn a_line_without_spaces_is_cut_within_its_word() {
        let line = format!("{}{}", "x".repeat(1 << 20), "y".repeat(1 << 20));
        let short = shorten(&line, 100, " ... ");
        assert_eq!(short.chars().count(), 100);
        assert!(short.starts_with("xxx") && short.ends_with("yyy") && short.contains("x ... y"));
    }

    #[test]
    fn no_limit_is_too_small() {
        for most in 0..12 {
            let short = shorten("one two three four", most, " ... ");
            assert!(short.chars().count() <= most.max(5), "{most}: {short}");
        }
    }

    #[test]
    fn a_letter_keeps_its_accents() {
        let line = "e\u{301}".repeat(1000);
        for most in 10..40 {
            let short = shorten(&line, most, "|");
            let (head, tail) = short.split_once('|').unwrap();
            assert!(head.is_empty() || head.ends_with('\u{301}'), "{head:?}");
            assert!(tail.is_empty() || tail.starts_with('e'), "{tail:?}");
        }
    }

    #[test]
    fn a_marker_is_never_split() {
        let line = "a <redacted: private key> b ".repeat(40);
        for most in 10..200 {
            let short = shorten_redacted(&line, most, "|");
            let rest = short.replace("<redacted: private key>", "");
            assert!(!rest.contains(['<', '>', 'k', 'p', ':']), "{most}: {short}");
        }
    }

    #[test]
    fn no_cut_shows_a_part_of_a_secret() {
        for (text, secret) in PLANTED_SECRETS {
            for padding in 0..120 {
                let text = format!("{}{text} {}", "w ".repeat(padding), "v ".repeat(120 - padding));
                let clean = redact_ends(&text);
                // Some of them are recognised only where their line ends.
                for line in clean.lines().filter(|line| !line.contains(secret)) {
                    let short = shorten_redacted(line, 80, " ... ");
                    assert!(!short.contains(secret), "{text}\n  -> {short}");
                }
            }
        }
    }

    #[test]
    fn what_is_cut_is_redacted_first() {
        let line = format!("password: \"correct horse {}\" is wrong", "battery ".repeat(100));
        let short = shorten(&line, 60, " ... ");
        assert_eq!(short, "password: \"<redacted: password> \" is wrong");
        assert_eq!(shorten("password: x", 40, " ... "), "password: x");
    }

    #[test]
    fn both_ends_of_an_endless_text_are_redacted() {
        let (before, after) = ("a ".repeat(1 << 20), "z ".repeat(1 << 20));
        let plain = redact_ends(&before);
        assert!(plain.len() < 2 * TAIL && plain.contains(GAP));
        let key =
            format!("-----BEGIN PRIVATE KEY-----\n{}", "plantplantplantplantPL4\n".repeat(120));
        for at in [HEAD - 30, HEAD - 5, HEAD + 100] {
            let text = format!("{}password=hunter2 {key}{after}", "a".repeat(at));
            let text = redact_ends(&text);
            assert!(!text.contains("hunter2") && !text.contains("plantplant"), "{at}");
        }
        for at in [TAIL - 1000, TAIL - 10, TAIL - 4] {
            let text = format!("{before}{key} password=hunter2 {}", "z".repeat(at));
            let text = redact_ends(&text);
            assert!(!text.contains("hunter2") && !text.contains("plantplant"), "{at}");
        }
    }
}
