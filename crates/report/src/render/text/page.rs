//! A text page: wrapping, indentation, colours and line drawing in one place.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use mustknow_redact::shorten_redacted;
use mustknow_rules::Severity;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::style::{Drawing, TextStyle};

/// The columns after which prose is hard to read, on any page.
const MEASURE: usize = 120;

/// The least columns to wrap text in.
const LEAST: usize = 24;

/// A page that is being written.
pub(crate) struct TextPage {
    pub(crate) style: TextStyle,
    text: String,
}

impl TextPage {
    pub(crate) fn new(style: TextStyle) -> Self {
        Self {
            style: TextStyle { width: style.width.clamp(40, 200), ..style },
            text: String::new(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Text in a style, if the page has colours.
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        if self.style.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub(crate) fn bold(&self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    pub(crate) fn dim(&self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    /// A severity in its colour.
    pub(crate) fn severity(&self, severity: Severity) -> String {
        let colour = match severity {
            Severity::Critical | Severity::Error => AnsiColor::Red,
            Severity::Warning => AnsiColor::Yellow,
            Severity::Info => AnsiColor::Cyan,
        };
        self.paint(colour.on_default().bold(), severity.as_str())
    }

    /// An empty line and a heading.
    pub(crate) fn heading(&mut self, text: &str) {
        let text = self.paint(Style::new().bold().underline(), text);
        self.raw("\n");
        self.raw(&text);
        self.raw("\n");
    }

    /// Wrapped text at the margin.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.wrapped(text, "  ", "  ");
    }

    /// A wrapped item of a list.
    pub(crate) fn item(&mut self, text: &str) {
        let bullet = if self.style.drawing == Drawing::Unicode { "  • " } else { "  - " };
        self.wrapped(text, bullet, "    ");
    }

    /// A command, never wrapped, so that it can be copied.
    pub(crate) fn command(&mut self, command: &str) {
        let command = self.paint(AnsiColor::Green.on_default(), command);
        self.raw(&format!("      {command}\n"));
    }

    /// The number of items that were left out.
    pub(crate) fn more(&mut self, left_out: usize, (one, many): (&str, &str)) {
        if left_out > 0 {
            let (what, them) = if left_out == 1 { (one, "it") } else { (many, "them") };
            let text = self.dim(&format!("and {left_out} more {what}; -v shows {them}"));
            self.item(&text);
        }
    }

    /// Text wrapped to the width, the first line after `first`, the others after `rest`.
    pub(crate) fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        let options = wrap_options(self.style.width.min(MEASURE))
            .initial_indent(first)
            .subsequent_indent(rest);
        for line in text.lines() {
            let wrapped = textwrap::fill(line, &options);
            self.raw(&wrapped);
            self.raw("\n");
        }
    }

    /// Text after a margin of so many columns, the first line after `first`, which is as wide; of more
    /// than so many lines the beginning and the end, with a mark in between.
    pub(crate) fn hanging(&mut self, text: &str, first: &str, margin: usize, lines: usize) {
        let width = self.style.width.saturating_sub(margin).max(LEAST);
        let options = wrap_options(width).wrap_algorithm(WrapAlgorithm::FirstFit);
        let wrap = |text: &str| -> Vec<String> {
            textwrap::wrap(text, &options).into_iter().map(Cow::into_owned).collect()
        };
        let mut room = width.saturating_mul(lines);
        let mut wrapped = wrap(text);
        while wrapped.len() > lines && room > width {
            room -= width / 4;
            wrapped = wrap(&shorten_redacted(text, room, " [cut] "));
        }
        let margin = " ".repeat(margin);
        for (at, line) in wrapped.iter().take(lines).enumerate() {
            let before = if at == 0 { first } else { &margin };
            self.raw(&format!("{before}{line}\n"));
        }
    }

    /// One line as it is, without trailing blanks.
    pub(crate) fn line(&mut self, text: &str) {
        self.raw(text.trim_end());
        self.raw("\n");
    }

    /// Text as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// How text is wrapped. Paths and rule ids are not broken, so that they can be copied.
pub(crate) fn wrap_options<'a>(width: usize) -> Options<'a> {
    Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
}
