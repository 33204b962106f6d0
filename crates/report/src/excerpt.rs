//! Lends a few lines of a file, with true line numbers and the quoted part marked.

use std::ops::Range;

use mustknow_gather::yaml::Tree;

use crate::report::Excerpt;
use crate::safe;

/// How many lines of a quoted part are shown.
const LINES_SHOWN: usize = 8;
/// How many characters of a line are shown; a quoted line of a log may be much longer.
const COLUMNS_SHOWN: usize = 2000;

/// The lines that hold `span`, up to where a part of the file was not kept.
pub(crate) fn of_tree(tree: &Tree, span: &Range<usize>) -> Excerpt {
    let lines = tree.lines_from(span.start);
    let end = span.end.max(span.start) - lines.start;
    let mut made = excerpt(lines.text, lines.number, span.start - lines.start..end);
    made.shortened |= lines.is_cut && end > lines.text.len();
    made
}

/// One line of a log.
pub(crate) fn of_line(number: u64, text: &str, mark: Range<usize>) -> Excerpt {
    excerpt(text, number, mark)
}

/// The lines of `text` that hold `span`, which begins in the first of them.
fn excerpt(text: &str, first_line: u64, span: Range<usize>) -> Excerpt {
    let mut made = Excerpt { first_line, ..Excerpt::default() };
    let mut at = 0;
    let mut started = false;
    for (shown, line) in text.split_inclusive('\n').enumerate() {
        if at >= span.end && shown > 0 {
            break;
        }
        if shown == LINES_SHOWN {
            made.shortened = true;
            break;
        }
        if shown > 0 {
            made.text.push('\n');
        }
        for (column, (offset, c)) in line.trim_end_matches(['\n', '\r']).char_indices().enumerate()
        {
            if column == COLUMNS_SHOWN {
                made.text.push_str(" [cut]");
                made.shortened = true;
                break;
            }
            if !started && at + offset >= span.start {
                made.start = made.text.len();
                started = true;
            }
            safe::push_char(&mut made.text, c);
            if started && at + offset < span.end {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_the_quoted_part_within_its_lines() {
        let made = excerpt("  a: x\n  b: y\nc", 7, 2..13);
        assert_eq!((made.first_line, made.text.as_str()), (7, "  a: x\n  b: y"));
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "a: x\n  b: y");
    }

    #[test]
    fn what_is_left_out_is_said() {
        let made = excerpt(&"a: b\n".repeat(100), 1, 0..500);
        assert_eq!(made.text.lines().count(), LINES_SHOWN);
        assert!(made.shortened);
        let made = excerpt(&"x".repeat(100_000), 1, 0..100_000);
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
        let made = excerpt("abc\n", 1, 1..1);
        assert_eq!((made.start, made.end), (1, 1));
        assert_eq!(excerpt("", 1, 0..0), Excerpt { first_line: 1, ..Excerpt::default() });
    }

    #[test]
    fn marks_hold_when_characters_are_spelled_out() {
        let made = excerpt("a\u{1b}b\n", 1, 2..3);
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "b");
    }
}
