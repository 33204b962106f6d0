//! Where words go: results to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};

use mustknow_report::SafeText;
use mustknow_report::text::{Drawing, TextStyle};

use crate::args::Colour;

/// Columns for a page that goes nowhere in particular.
const WIDTH: usize = 100;

/// Says something that is not a result.
pub(crate) fn warn(words: &str) {
    // What failed may be named by a stranger, and quote him. When standard error is closed nobody is left to tell.
    let _ = writeln!(io::stderr(), "mustknow: {}", SafeText::own_text(words));
}

/// The style that standard output and the flags ask for.
pub(crate) fn style(colour: Colour, plain: bool, verbose: bool) -> TextStyle {
    let is_terminal = io::stdout().is_terminal();
    let colour = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            is_terminal
                && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
        }
    };
    let width = match terminal_size::terminal_size() {
        Some((terminal_size::Width(columns), _)) if is_terminal => usize::from(columns),
        _ => columns().unwrap_or(WIDTH),
    };
    let drawing = match plain {
        true => Drawing::Plain,
        false if speaks_unicode() => Drawing::Unicode,
        false => Drawing::Ascii,
    };
    TextStyle { width, colour, drawing, verbose }
}

/// The width that a shell or a script says the page has.
fn columns() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

/// Whether the locale says that more than ASCII can be shown. No locale at all is taken for one
/// that can: a pipe into a file has no reason to degrade.
fn speaks_unicode() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    match set {
        Some(locale) => {
            let locale = locale.to_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => true,
    }
}
