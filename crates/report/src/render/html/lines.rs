//! The lines of an excerpt, each with its number and its quoted part.

use crate::model::Excerpt;

/// One line, in three pieces of which the middle one is the quoted one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExcerptLine<'r> {
    pub(super) number: u64,
    pub(super) before: &'r str,
    pub(super) marked: &'r str,
    pub(super) after: &'r str,
}

/// The lines of an excerpt.
pub(super) fn lines(excerpt: &Excerpt) -> Vec<ExcerptLine<'_>> {
    let mut at = 0;
    let numbered = excerpt.text.split('\n').zip(excerpt.first_line..);
    numbered
        .map(|(text, number)| {
            let within =
                |place: usize| text.floor_char_boundary(place.saturating_sub(at).min(text.len()));
            let (start, end) = (within(excerpt.start), within(excerpt.end));
            // The indentation of a line is not part of the quote.
            let indent = text.len() - text.trim_start().len();
            let start = if end > indent { start.max(indent) } else { start };
            let (head, after) = text.split_at(end.max(start));
            let (before, marked) = head.split_at(start);
            at += text.len() + 1;
            ExcerptLine { number, before, marked, after }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::SafeText;

    #[test]
    fn the_quoted_part_is_marked_in_each_of_its_lines() {
        let text = SafeText::text("  a: x\n  b: y\nc");
        let excerpt = Excerpt { first_line: 7, text, start: 5, end: 12, shortened: false };
        let made = lines(&excerpt);
        assert_eq!(made[0], ExcerptLine { number: 7, before: "  a: ", marked: "x", after: "" });
        assert_eq!(made[1], ExcerptLine { number: 8, before: "  ", marked: "b: ", after: "y" });
        assert_eq!(made[2], ExcerptLine { number: 9, before: "", marked: "", after: "c" });
    }
}
