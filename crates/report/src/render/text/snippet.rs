//! Quoted lines of a file, drawn by miette with their true line numbers.
//!
//! This is the only file that names miette. The report carries just the lines it quotes, so the
//! source handed to miette is a window of a few lines that claims its place in the whole file.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents,
};

use super::page::TextPage;
use super::style::Drawing;
use crate::model::Excerpt;

/// The lines of an excerpt as they fit on the page.
#[derive(Debug, Default)]
struct FittedExcerpt {
    first_line: u64,
    text: String,
    start: usize,
    end: usize,
}

/// A few lines that know where in which file they stand.
#[derive(Debug)]
struct ExcerptWindow<'e> {
    name: String,
    excerpt: &'e FittedExcerpt,
    /// How many columns were left out before the marked part.
    left_out: usize,
}

impl SourceCode for ExcerptWindow<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.excerpt.text.read_span(span, before, after)?;
        let first = usize::try_from(self.excerpt.first_line).unwrap_or(1).saturating_sub(1);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + first,
            inner.column() + self.left_out,
            inner.line_count(),
        )))
    }
}

/// One piece of evidence as a diagnostic.
#[derive(Debug)]
struct Quote<'e> {
    note: &'e str,
    window: ExcerptWindow<'e>,
}

impl fmt::Display for Quote<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.note)
    }
}

impl std::error::Error for Quote<'_> {}

impl Diagnostic for Quote<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let FittedExcerpt { start, end, .. } = *self.window.excerpt;
        let label = LabeledSpan::new(None, start, end - start);
        Some(Box::new(std::iter::once(label)))
    }
}

/// Columns that line numbers and drawing take.
const GUTTER: usize = 14;
/// What stands where a line was shortened.
const LEFT_OUT: &str = "[...]";

/// The same lines, none longer than `columns`, with the marked part in sight. The whole lines
/// are in the JSON report.
fn fitted(excerpt: &Excerpt, columns: usize) -> FittedExcerpt {
    let mut fitted = FittedExcerpt { first_line: excerpt.first_line, ..FittedExcerpt::default() };
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
        let in_sight = line.char_indices().filter(|(offset, _)| *offset >= skipped);
        for (shown, (offset, c)) in in_sight.enumerate() {
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
    fitted
}

/// How many characters of its line stand before the marked part.
fn column(text: &str, mark: usize) -> usize {
    let before = text.get(..mark).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default().chars().count()
}

/// How many bytes of the head of `line` to leave out so that what stands at `mark` is in sight.
fn skip(line: &str, mark: usize, columns: usize) -> usize {
    let before = line.get(..mark).map_or(0, |head| head.chars().count());
    let all = line.chars().count();
    if all <= columns || before < columns / 2 {
        return 0;
    }
    // No more than is needed to have what follows the mark in sight too.
    let left_out = (before - columns / 3).min(all + 2 * LEFT_OUT.len() - columns);
    line.char_indices().nth(left_out).map_or(0, |(offset, _)| offset)
}

/// Writes `excerpt` of `file` under its note.
pub(super) fn write(page: &mut TextPage, file: &str, excerpt: &Excerpt, note: &str) {
    let fitted = fitted(excerpt, page.style.width.saturating_sub(GUTTER));
    let theme = match (page.style.colour, page.style.drawing) {
        (_, Drawing::Plain) => return plain(page, file, &fitted, note),
        (true, Drawing::Unicode) => GraphicalTheme::unicode(),
        (true, Drawing::Ascii) => GraphicalTheme::ascii(),
        (false, Drawing::Unicode) => GraphicalTheme::unicode_nocolor(),
        (false, Drawing::Ascii) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(page.style.width)
        // The window holds just the lines to show; with no context miette would cut the first.
        .with_context_lines(1)
        .with_links(false);
    let left_out =
        column(&excerpt.text, excerpt.start).saturating_sub(column(&fitted.text, fitted.start));
    let window = ExcerptWindow { name: file.to_owned(), excerpt: &fitted, left_out };
    let quote = Quote { note, window };
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &quote).is_err() {
        // A window that cannot be drawn is still worth its place.
        page.item(&format!("{note} ({file}:{})", excerpt.first_line));
        return;
    }
    for line in drawn.lines().filter(|line| !line.trim().is_empty()) {
        page.raw(line.trim_end());
        page.raw("\n");
    }
}

/// The same without a drawing.
fn plain(page: &mut TextPage, file: &str, fitted: &FittedExcerpt, note: &str) {
    page.item(&format!("{note}, in {file}:"));
    for (line, number) in fitted.text.lines().zip(fitted.first_line..) {
        page.raw(&format!("      line {number}: {}\n", line.trim_start()));
    }
}
