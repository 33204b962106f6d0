//! The lines of an excerpt as they fit on the page.

use std::ops::Range;

use crate::model::Excerpt;

/// What stands where a line was shortened.
const LEFT_OUT: &str = "[...]";

/// The lines of an excerpt, none longer than the page, with the marked part visible.
#[derive(Debug, Default)]
pub(super) struct FittedExcerpt {
    pub(super) first_line: u64,
    pub(super) text: String,
    /// Where the marked part begins in `text`, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// How many characters before the marked part were left out of its line.
    pub(super) left_out: usize,
}

impl FittedExcerpt {
    /// The lines of `excerpt`, none longer than `columns`. The complete lines are in the JSON report.
    pub(super) fn new(excerpt: &Excerpt, columns: usize) -> Self {
        let mut fitted = Self { first_line: excerpt.first_line, ..Self::default() };
        let mut at = 0;
        for (number, line) in excerpt.text.split('\n').enumerate() {
            if number > 0 {
                fitted.text.push('\n');
            }
            let mark = excerpt.start.saturating_sub(at).min(line.len());
            let mut shown_up_to = 0;
            for kept in kept(line, mark, columns) {
                if kept.start > shown_up_to {
                    fitted.text.push_str(LEFT_OUT);
                }
                for (offset, c) in line.get(kept.clone()).unwrap_or_default().char_indices() {
                    let offset = at + kept.start + offset;
                    if offset == excerpt.start {
                        fitted.start = fitted.text.len();
                    }
                    fitted.text.push(c);
                    if offset < excerpt.end {
                        fitted.end = fitted.text.len();
                    }
                }
                shown_up_to = kept.end;
            }
            at += line.len() + 1;
        }
        fitted.end = fitted.end.max(fitted.start);
        let before = column(&excerpt.text, excerpt.start);
        fitted.left_out = before.saturating_sub(column(&fitted.text, fitted.start));
        fitted
    }
}

/// How many characters of its line precede the marked part.
fn column(text: &str, mark: usize) -> usize {
    let before = text.get(..mark).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default().chars().count()
}

/// Which parts of `line` are shown: all of it, or the marked part with what surrounds it and the end,
/// where an error has its cause.
fn kept(line: &str, mark: usize, columns: usize) -> Vec<Range<usize>> {
    let all = line.chars().count();
    if all <= columns {
        return std::iter::once(0..line.len()).collect();
    }
    let at = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let before = line.get(..mark).map_or(0, |head| head.chars().count());
    let room = columns.saturating_sub(LEFT_OUT.len());
    // The end is visible together with the mark.
    if before + room >= all && before > room / 4 {
        return std::iter::once(at(all - room)..line.len()).collect();
    }
    let room = room.saturating_sub(LEFT_OUT.len());
    let window = room / 2;
    let start = if before < window / 2 { 0 } else { before - window / 3 };
    let tail = all - (room - window);
    if tail <= start + window {
        return std::iter::once(at(start)..line.len()).collect();
    }
    vec![at(start)..at(start + window), after_word(line, at(tail))..line.len()]
}

/// The beginning of the next word, if it is near.
fn after_word(line: &str, at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    let is_between_words = line.get(..at).is_some_and(|before| before.ends_with(' '));
    let blank = rest.find(' ').filter(|blank| !is_between_words && *blank < rest.len() / 3);
    blank.map_or(at, |blank| at + blank + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::SafeText;

    fn fitted(text: &str, quoted: Range<usize>, columns: usize) -> FittedExcerpt {
        let (text, start, end) = (SafeText::text(text), quoted.start, quoted.end);
        let excerpt = Excerpt { first_line: 1, text, start, end, shortened: false };
        FittedExcerpt::new(&excerpt, columns)
    }

    #[test]
    fn the_end_of_a_long_line_is_shown() {
        let line = format!("  message: failed: {}certificate has expired", "tls: ".repeat(50));
        let made = fitted(&line, 2..line.len(), 60);
        assert_eq!(made.text, "  message: failed: tls: t[...]certificate has expired");
        assert_eq!((made.start, made.end, made.left_out), (2, made.text.len(), 0));
    }

    #[test]
    fn the_marked_part_is_visible_wherever_it_is() {
        let line = ["x"; 300].concat();
        for columns in [0, 1, 12, 26, 60, 200] {
            for start in (0..290).step_by(3) {
                let made = fitted(&line, start..start + 10, columns);
                let room = columns.max(2 * LEFT_OUT.len());
                assert!(made.text.len() <= room, "{start} {columns}: {}", made.text);
                assert!(columns < 26 || made.end > made.start, "{start} {columns}: {}", made.text);
            }
        }
        assert_eq!(fitted(&line, 0..5, 300).text, line);
    }

    #[test]
    fn lines_of_other_scripts_are_cut_between_characters() {
        let line = "\u{6f22}\u{5b57} ".repeat(100);
        for start in [0, 3, 350, 693] {
            let made = fitted(&line, start..start + 3, 50);
            assert_eq!(made.text.get(made.start..made.end).unwrap().chars().count(), 1);
        }
    }
}
