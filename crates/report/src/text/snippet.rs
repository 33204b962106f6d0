//! Quoted lines of a file, drawn by miette with their true line numbers.
//!
//! This is the only file that names miette. The report carries just the lines it quotes, so the
//! source handed to miette is a window of a few lines that claims its place in the whole file.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents,
};

use super::page::Page;
use crate::report::Excerpt;

/// A few lines that know where in which file they stand.
#[derive(Debug)]
struct Window<'e> {
    name: String,
    excerpt: &'e Excerpt,
}

impl SourceCode for Window<'_> {
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
            inner.column(),
            inner.line_count(),
        )))
    }
}

/// One piece of evidence as a diagnostic.
#[derive(Debug)]
struct Quote<'e> {
    note: &'e str,
    window: Window<'e>,
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
        let Excerpt { start, end, .. } = *self.window.excerpt;
        let label = LabeledSpan::new(None, start, end - start);
        Some(Box::new(std::iter::once(label)))
    }
}

/// Writes `excerpt` of `file` under its note.
pub(super) fn write(page: &mut Page, file: &str, excerpt: &Excerpt, note: &str) {
    let theme = match (page.style.colour, page.style.unicode) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::ascii(),
        (false, true) => GraphicalTheme::unicode_nocolor(),
        (false, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(page.style.width)
        // The window holds just the lines to show; with no context miette would cut the first.
        .with_context_lines(1)
        .with_links(false);
    let quote = Quote { note, window: Window { name: file.to_owned(), excerpt } };
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
