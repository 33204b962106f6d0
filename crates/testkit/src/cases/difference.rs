//! How an expected text and another differ, for the eye of a person.

/// Gives all lines of both texts: those that only the expected has begin with `-`, those that only
/// the other has with `+`. Empty where both are equal.
pub fn difference(expected: &str, other: &str) -> String {
    if expected == other {
        return String::new();
    }
    let (expected, other): (Vec<_>, Vec<_>) = (expected.lines().collect(), other.lines().collect());
    let is_same = |(a, b): &(&&str, &&str)| a == b;
    let head = expected.iter().zip(&other).take_while(is_same).count();
    let rest = expected.len().min(other.len()) - head;
    let ends = expected.iter().rev().zip(other.iter().rev()).take(rest);
    let tail = ends.take_while(is_same).count();
    let (old, new) = (expected.len() - tail, other.len() - tail);
    let parts = [
        (" ", &expected, 0..head),
        ("-", &expected, head..old),
        ("+", &other, head..new),
        (" ", &expected, old..expected.len()),
    ];
    let lines = parts.into_iter().flat_map(|(mark, lines, range)| {
        let lines = lines.get(range).unwrap_or_default();
        lines.iter().flat_map(move |line| [mark, " ", *line, "\n"])
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_the_lines_that_differ() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "  a\n- b\n+ x\n+ y\n  c\n");
        assert_eq!(difference("a\na\n", "a\n"), "  a\n- a\n");
        assert_eq!(difference("", "a\n"), "+ a\n");
        assert_eq!(difference("a\n", "a\n"), "");
    }

    #[test]
    fn texts_that_differ_in_their_last_line_end_only_have_no_line_to_mark() {
        assert_eq!(difference("a\n", "a"), "  a\n");
    }
}
