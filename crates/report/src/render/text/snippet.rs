//! Draws the quoted lines of a file, with their line numbers and the quoted part marked.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::fitted::FittedExcerpt;
use super::page::{TextPage, wrap_options};
use super::style::Drawing;
use crate::model::Excerpt;

/// Columns that line numbers and drawing take.
const GUTTER: usize = 14;
const NOTE: Style = AnsiColor::Cyan.on_default();
const PLACE: Style = AnsiColor::Cyan.on_default().bold().underline();
const NUMBER: Style = Style::new().dimmed();
const MARK: Style = AnsiColor::Magenta.on_default().bold();

/// What a snippet is drawn with.
struct Strokes {
    note: &'static str,
    bar: &'static str,
    broken_bar: &'static str,
    corner: &'static str,
    /// The gutter of the first line, a line between, and the last line of a quote of several lines.
    gutter: [&'static str; 3],
    underline: &'static str,
    /// The mark of an empty quote.
    pointer: &'static str,
    end: &'static str,
}

const UNICODE: Strokes = Strokes {
    note: "☞",
    bar: "│",
    broken_bar: "·",
    corner: "╭─",
    gutter: ["╭─▶", "│  ", "╰─▶"],
    underline: "─",
    pointer: "▲",
    end: "╰────",
};

const ASCII: Strokes = Strokes {
    note: ">",
    bar: "|",
    broken_bar: ":",
    corner: ",-",
    gutter: [",->", "|  ", "`->"],
    underline: "^",
    pointer: "^",
    end: "`----",
};

/// Writes `excerpt` of `file` under its note.
pub(super) fn write(page: &mut TextPage, file: &str, excerpt: &Excerpt, note: &str) {
    let fitted = FittedExcerpt::new(excerpt, page.style.width.saturating_sub(GUTTER));
    match page.style.drawing {
        Drawing::Unicode => draw(page, &UNICODE, file, &fitted, note),
        Drawing::Ascii => draw(page, &ASCII, file, &fitted, note),
        Drawing::Plain => plain(page, file, &fitted, note),
    }
}

fn draw(page: &mut TextPage, strokes: &Strokes, file: &str, fitted: &FittedExcerpt, note: &str) {
    let [first, rest] =
        [strokes.note, strokes.bar].map(|stroke| format!("  {} ", page.paint(NOTE, stroke)));
    let options = wrap_options(page.style.width.saturating_sub(2));
    let options = options.initial_indent(&first).subsequent_indent(&rest);
    let wrapped = textwrap::fill(note, options);
    wrapped.lines().for_each(|line| page.line(line));

    let marked = MarkedLines::new(&fitted.text, fitted.start, fitted.end);
    let number = |at: usize| fitted.first_line.saturating_add(u64::try_from(at).unwrap_or(0));
    let width = number(marked.last).to_string().len();
    let column = fitted.start - marked.start_of_first + fitted.left_out + 1;
    let place = page.paint(PLACE, &format!("{file}:{}:{column}", number(marked.first)));
    let margin = " ".repeat(width + 2);
    page.line(&format!("{margin}{}[{place}]", strokes.corner));
    for (at, text) in fitted.text.split('\n').enumerate().take(marked.last + 1) {
        let number = page.paint(NUMBER, &format!("{:>width$}", number(at)));
        let gutter = match marked.gutter(at) {
            None => String::new(),
            Some(Gutter::Blank) => " ".repeat(4),
            Some(Gutter::Stroke(n)) => {
                let stroke = strokes.gutter.get(n).copied().unwrap_or_default();
                format!("{} ", page.paint(MARK, stroke))
            }
        };
        page.line(&format!(" {number} {} {gutter}{text}", strokes.bar));
        if marked.is_one_line() && at == marked.first {
            let start = fitted.start - marked.start_of_first;
            let end = fitted.end - marked.start_of_first;
            let before = text.get(..start).unwrap_or_default().width();
            let quoted = text.get(start..end).unwrap_or_default();
            let underline = match quoted {
                "" => strokes.pointer.to_owned(),
                quoted => strokes.underline.repeat(quoted.width().max(1)),
            };
            let underline = page.paint(MARK, &underline);
            let blank = " ".repeat(before);
            page.line(&format!(" {:width$} {} {blank}{underline}", "", strokes.broken_bar));
        }
    }
    page.line(&format!("{margin}{}", strokes.end));
}

/// The same without drawing.
fn plain(page: &mut TextPage, file: &str, fitted: &FittedExcerpt, note: &str) {
    page.item(&format!("{note}, in {file}:"));
    for (line, number) in fitted.text.lines().zip(fitted.first_line..) {
        page.raw(&format!("      line {number}: {}\n", line.trim_start()));
    }
}

/// Which lines of a text hold its marked part.
struct MarkedLines {
    first: usize,
    last: usize,
    /// Where the first of them begins, in bytes.
    start_of_first: usize,
}

/// What stands before a line of a quote of several lines.
enum Gutter {
    Blank,
    Stroke(usize),
}

impl MarkedLines {
    fn new(text: &str, start: usize, end: usize) -> Self {
        let head = text.get(..start).unwrap_or_default();
        let up_to_end = text.get(..end).unwrap_or_default();
        Self {
            first: head.matches('\n').count(),
            last: up_to_end.matches('\n').count(),
            start_of_first: head.rfind('\n').map_or(0, |at| at + 1),
        }
    }

    fn is_one_line(&self) -> bool {
        self.first == self.last
    }

    /// The gutter of a line; None where the quote has one line.
    fn gutter(&self, at: usize) -> Option<Gutter> {
        if self.is_one_line() {
            return None;
        }
        Some(match at {
            at if at < self.first || at > self.last => Gutter::Blank,
            at if at == self.first => Gutter::Stroke(0),
            at if at == self.last => Gutter::Stroke(2),
            _ => Gutter::Stroke(1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::SafeText;
    use crate::render::text::TextStyle;

    fn drawn(drawing: Drawing, text: &str, quoted: std::ops::Range<usize>) -> String {
        let mut page = TextPage::new(TextStyle { drawing, ..TextStyle::default() });
        let text = SafeText::text(text);
        let (start, end) = (quoted.start, quoted.end);
        let excerpt = Excerpt { first_line: 99, text, start, end, shortened: false };
        write(&mut page, "a.yaml", &excerpt, "a note");
        page.text().to_owned()
    }

    #[test]
    fn a_quote_in_one_line_is_underlined() {
        let unicode = "  ☞ a note\n    ╭─[a.yaml:99:3]\n 99 │ a 漢: b\n    ·   ───\n    ╰────\n";
        assert_eq!(drawn(Drawing::Unicode, "a 漢: b", 2..6), unicode);
        let ascii = "  > a note\n    ,-[a.yaml:99:3]\n 99 | a: b\n    :   ^\n    `----\n";
        assert_eq!(drawn(Drawing::Ascii, "a: b", 2..2), ascii);
    }

    #[test]
    fn a_quote_of_several_lines_has_a_gutter() {
        let expected = "  ☞ a note
     ╭─[a.yaml:99:1]
  99 │ ╭─▶ a:
 100 │ │     b: 1
 101 │ ╰─▶   c: 2
     ╰────
";
        assert_eq!(drawn(Drawing::Unicode, "a:\n  b: 1\n  c: 2", 0..15), expected);
    }
}
