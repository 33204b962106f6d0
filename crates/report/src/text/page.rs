//! The page a report is written on: wrapping, indentation, colours and line drawing in one place.

use anstyle::{AnsiColor, Style as Ansi};

use super::{Drawing, Style};

/// The columns after which prose is hard to read, however wide the page is.
const MEASURE: usize = 120;

/// The least columns that words are wrapped in.
const LEAST: usize = 24;

/// A page in the making.
pub(crate) struct Page {
    pub(crate) style: Style,
    text: String,
}

impl Page {
    pub(crate) fn new(style: Style) -> Self {
        Self { style: Style { width: style.width.clamp(40, 200), ..style }, text: String::new() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Words in a style, if colours are wanted.
    pub(crate) fn paint(&self, ansi: Ansi, words: &str) -> String {
        if self.style.colour { format!("{ansi}{words}{ansi:#}") } else { words.to_owned() }
    }

    pub(crate) fn bold(&self, words: &str) -> String {
        self.paint(Ansi::new().bold(), words)
    }

    pub(crate) fn dim(&self, words: &str) -> String {
        self.paint(Ansi::new().dimmed(), words)
    }

    /// The word for a severity in its colour.
    pub(crate) fn severity(&self, severity: &str) -> String {
        let colour = match severity {
            "critical" | "error" => AnsiColor::Red,
            "warning" => AnsiColor::Yellow,
            _ => AnsiColor::Cyan,
        };
        self.paint(colour.on_default().bold(), severity)
    }

    /// An empty line and a heading.
    pub(crate) fn heading(&mut self, words: &str) {
        let words = self.paint(Ansi::new().bold().underline(), words);
        self.raw("\n");
        self.raw(&words);
        self.raw("\n");
    }

    /// Wrapped words at the margin.
    pub(crate) fn paragraph(&mut self, words: &str) {
        self.wrapped(words, "  ", "  ");
    }

    /// A wrapped item of a list.
    pub(crate) fn item(&mut self, words: &str) {
        let bullet = if self.style.drawing == Drawing::Unicode { "  • " } else { "  - " };
        self.wrapped(words, bullet, "    ");
    }

    /// A command, never wrapped: it is there to be copied.
    pub(crate) fn command(&mut self, command: &str) {
        let command = self.paint(AnsiColor::Green.on_default(), command);
        self.raw(&format!("      {command}\n"));
    }

    /// Says how much was left out, of what there may be one or many.
    pub(crate) fn more(&mut self, left_out: usize, (one, many): (&str, &str)) {
        if left_out > 0 {
            let (what, them) = if left_out == 1 { (one, "it") } else { (many, "them") };
            let words = self.dim(&format!("and {left_out} more {what}; -v shows {them}"));
            self.item(&words);
        }
    }

    /// Words wrapped to the width, the first line after `first`, the others after `rest`.
    pub(crate) fn wrapped(&mut self, words: &str, first: &str, rest: &str) {
        let options = textwrap::Options::new(self.style.width.min(MEASURE))
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false)
            // Paths and rule ids stay in one piece, to be copied.
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in words.lines() {
            let wrapped = textwrap::fill(line, &options);
            self.raw(&wrapped);
            self.raw("\n");
        }
    }

    /// Words behind a margin of so many columns, the first line after `first`, which is as wide; no more
    /// than so many lines, and a mark where some are lost.
    pub(crate) fn hanging(&mut self, words: &str, first: &str, margin: usize, lines: usize) {
        let width = self.style.width.saturating_sub(margin).max(LEAST);
        let options = textwrap::Options::new(width)
            .break_words(false)
            .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let wrapped = textwrap::wrap(words, &options);
        let margin = " ".repeat(margin);
        for (at, line) in wrapped.iter().take(lines).enumerate() {
            let before = if at == 0 { first } else { &margin };
            let is_cut = at + 1 == lines && wrapped.len() > lines;
            let mark = if is_cut { self.dim(" [cut]") } else { String::new() };
            self.raw(&format!("{before}{line}{mark}\n"));
        }
    }

    /// Words as they are.
    pub(crate) fn raw(&mut self, words: &str) {
        self.text.push_str(words);
    }
}
