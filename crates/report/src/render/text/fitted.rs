//! The lines of an excerpt as they fit on the page.

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
            let skipped = skip(line, mark, columns);
            if skipped > 0 {
                fitted.text.push_str(LEFT_OUT);
            }
            let visible = line.char_indices().filter(|(offset, _)| *offset >= skipped);
            for (shown, (offset, c)) in visible.enumerate() {
                if shown + 2 * LEFT_OUT.len() > columns {
                    fitted.text.push_str(LEFT_OUT);
                    break;
                }
                if at + offset == excerpt.start {
                    fitted.start = fitted.text.len();
                }
                fitted.text.push(c);
                if at + offset < excerpt.end {
                    fitted.end = fitted.text.len();
                }
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

/// How many bytes at the beginning of `line` to leave out so that `mark` is visible.
fn skip(line: &str, mark: usize, columns: usize) -> usize {
    let before = line.get(..mark).map_or(0, |head| head.chars().count());
    let all = line.chars().count();
    if all <= columns || before < columns / 2 {
        return 0;
    }
    // No more than is needed to make the text after the mark visible too.
    let left_out = (before - columns / 3).min(all + 2 * LEFT_OUT.len() - columns);
    line.char_indices().nth(left_out).map_or(0, |(offset, _)| offset)
}
