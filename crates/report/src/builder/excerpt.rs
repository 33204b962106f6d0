//! A few lines of a file, with their line numbers and the quoted part marked.

use std::ops::Range;

use mustknow_redact::SecretSpan;
use mustknow_yaml::Tree;

use crate::model::Excerpt;

/// How many lines of a quoted part are shown.
const LINES_SHOWN: usize = 8;
/// How many characters of a line are shown; a quoted line of a log may be much longer.
const COLUMNS_SHOWN: usize = 2000;
/// How many bytes of the shown lines are searched for secrets; the rest is not shown.
const SEARCHED: usize = 64 << 10;
/// How many bytes before the shown lines are searched too: more than the length of a private key.
const SEARCHED_BEFORE: usize = 4 << 10;

/// The lines that hold `span`, up to where a part of the file was not kept.
pub(super) fn of_tree(tree: &Tree, span: &Range<usize>) -> Excerpt {
    let lines = tree.lines_from(span.start);
    let end = span.end.max(span.start) - lines.start;
    let before = before(tree.text(), lines.start);
    let mut made = excerpt(before, lines.text, lines.number, span.start - lines.start..end);
    made.shortened |= lines.is_cut && end > lines.text.len();
    made
}

/// One line of a log.
pub(super) fn of_line(number: u64, text: &str, mark: Range<usize>) -> Excerpt {
    excerpt("", text, number, mark)
}

/// The lines before `start` that are searched.
fn before(text: &str, start: usize) -> &str {
    let all = text.get(..start).unwrap_or_default();
    let from = all.floor_char_boundary(all.len().saturating_sub(SEARCHED_BEFORE));
    let some = all.get(from..).unwrap_or_default();
    match some.split_once('\n') {
        Some((_, complete)) if from > 0 => complete,
        _ => some,
    }
}

/// The lines of `text` that hold `span`, which begins in the first of them; `before` precedes them
/// and is not shown.
fn excerpt(before: &str, text: &str, first_line: u64, span: Range<usize>) -> Excerpt {
    let shown = shown(text, &span);
    let mut secrets = secrets(before, shown).into_iter().peekable();
    let mut made = Excerpt { first_line, shortened: shown.len() < span.end, ..Excerpt::default() };
    let mut at = 0;
    let mut started = false;
    for (number, line) in shown.split_inclusive('\n').enumerate() {
        if number > 0 {
            made.text.push_own("\n");
        }
        let mut column = 0;
        for (offset, c) in line.trim_end_matches(['\n', '\r']).char_indices() {
            let here = at + offset;
            while secrets.next_if(|secret| secret.range.end <= here).is_some() {}
            let secret = secrets.peek().filter(|secret| secret.range.start <= here);
            if column == COLUMNS_SHOWN {
                made.text.push_own(" [cut]");
                made.shortened = true;
                break;
            }
            if !started && secret.map_or(here, |secret| secret.range.end - 1) >= span.start {
                made.start = made.text.len();
                started = true;
            }
            match secret {
                Some(secret) if here == secret.range.start => {
                    made.text.push_own(secret.kind.marker());
                }
                Some(_) => continue,
                None => made.text.push(c),
            }
            column += 1;
            if started && here < span.end {
                made.end = made.text.len();
            }
        }
        at += line.len();
    }
    if !started {
        made.start = made.text.len();
    }
    made.end = made.end.max(made.start);
    made
}

/// The lines that are shown of `span`.
fn shown<'t>(text: &'t str, span: &Range<usize>) -> &'t str {
    let mut end = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number == LINES_SHOWN || (number > 0 && end >= span.end) || end > SEARCHED {
            break;
        }
        end += line.len();
    }
    text.get(..text.floor_char_boundary(end.min(SEARCHED))).unwrap_or_default()
}

/// The secrets in `shown`, given the text before it.
fn secrets(before: &str, shown: &str) -> Vec<SecretSpan> {
    let moved = |SecretSpan { range, kind }: SecretSpan| {
        let start = range.start.saturating_sub(before.len());
        SecretSpan { range: start..range.end.saturating_sub(before.len()), kind }
    };
    let all = mustknow_redact::find(&[before, shown].concat()).into_iter().map(moved);
    all.filter(|secret| !secret.range.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_the_quoted_part_within_its_lines() {
        let made = excerpt("", "  a: x\n  b: y\nc", 7, 2..13);
        assert_eq!((made.first_line, &*made.text), (7, "  a: x\n  b: y"));
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "a: x\n  b: y");
    }

    #[test]
    fn omitted_lines_are_reported() {
        let made = excerpt("", &"a: b\n".repeat(100), 1, 0..500);
        assert_eq!(made.text.lines().count(), LINES_SHOWN);
        assert!(made.shortened);
        let made = excerpt("", &"x".repeat(100_000), 1, 0..100_000);
        assert!(made.shortened && made.text.len() < 2 * COLUMNS_SHOWN);
    }

    #[test]
    fn a_span_of_a_tree_comes_with_its_line() {
        let text = "data:\n  a: x\n  b:\n    c: 1\nkind: X\n";
        let tree = Tree::parse(text).unwrap();
        let whole = of_tree(&tree, &(8..text.len()));
        assert_eq!((whole.first_line, whole.shortened), (2, false));
        assert_eq!(whole.text.lines().count(), 4);
    }

    #[test]
    fn an_empty_span_marks_its_place() {
        let made = excerpt("", "abc\n", 1, 1..1);
        assert_eq!((made.start, made.end), (1, 1));
        assert_eq!(excerpt("", "", 1, 0..0), Excerpt { first_line: 1, ..Excerpt::default() });
    }

    #[test]
    fn marks_hold_when_characters_are_escaped() {
        let made = excerpt("", "a\u{1b}b\n", 1, 2..3);
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "b");
    }

    #[test]
    fn the_middle_of_a_key_is_recognised_by_the_text_before_it() {
        let line = "    plantplantplantplant\n";
        let text = format!(
            "data:\n  a: x\n  k: |\n    -----BEGIN PRIVATE KEY-----\n{}    -----END PRIVATE KEY-----\n  \
             z: beside\n",
            line.repeat(60)
        );
        let tree = Tree::parse(&*text).unwrap();
        let from = text.find("plant").unwrap();
        for at in [from, from + 20 * line.len(), from + 55 * line.len()] {
            let made = of_tree(&tree, &(at..text.len()));
            assert!(!made.text.contains("plant"), "{}", &*made.text);
            assert!(made.text.contains("<redacted: private key>"), "{}", &*made.text);
        }
        let end = of_tree(&tree, &(text.find("z: beside").unwrap()..text.len()));
        assert_eq!(&*end.text, "  z: beside");
    }

    #[test]
    fn a_certificate_is_shown_wherever_the_excerpt_begins() {
        let body = "    MIIDdTCCAl2gAwIBAgIUQBP7Q9MIIDdTCCAl2gAwIBAgIUQBP7Q9\n".repeat(20);
        let text = format!("a:\n  ca: |\n    -----BEGIN CERTIFICATE-----\n{body}");
        let tree = Tree::parse(&*text).unwrap();
        let made = of_tree(&tree, &(text.len() - 100..text.len()));
        assert!(made.text.contains("MIIDdTCCAl2g"), "{}", &*made.text);
    }

    #[test]
    fn marks_hold_when_secrets_are_redacted() {
        let line = "login password=plant at last";
        let made = excerpt("", line, 1, 24..28);
        assert_eq!(&*made.text, "login password=<redacted: password> at last");
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "last");
        let made = excerpt("", line, 1, 17..18);
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "<redacted: password>");
    }

    #[test]
    fn a_secret_at_the_cut_of_a_line_is_redacted_completely() {
        let line = format!("{}\"password\":\"{}\"", "x ".repeat(995), "plant".repeat(100));
        let made = excerpt("", &line, 1, 0..line.len());
        assert!(!made.text.contains("plant"), "{}", &*made.text);
    }
}
