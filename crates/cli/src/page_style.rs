//! How a page for people looks: width, colours and line drawings.

use std::env;
use std::io::{self, IsTerminal};

use mustknow_report::text::{Drawing, TextStyle};

use crate::flags::ColourChoice;

/// The columns of a page that does not go to a terminal.
const WIDTH: usize = 100;

/// The style that standard output and the flags ask for.
pub(crate) fn page_style(colour: ColourChoice, plain: bool, verbose: bool) -> TextStyle {
    let is_terminal = io::stdout().is_terminal();
    let colour = match colour {
        ColourChoice::Always => true,
        ColourChoice::Never => false,
        ColourChoice::Auto => is_terminal && environment_allows_colour(),
    };
    let width = match terminal_size::terminal_size() {
        Some((terminal_size::Width(columns), _)) if is_terminal => usize::from(columns),
        _ => columns().unwrap_or(WIDTH),
    };
    let drawing = match plain {
        true => Drawing::Plain,
        false if locale_has_unicode() => Drawing::Unicode,
        false => Drawing::Ascii,
    };
    TextStyle { width, colour, drawing, verbose }
}

/// Whether neither `NO_COLOR` nor `CLICOLOR=0` forbids colours and the terminal has them.
fn environment_allows_colour() -> bool {
    let is = |name: &str, value: &str| env::var_os(name).is_some_and(|set| set == value);
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && !is("CLICOLOR", "0") && !is("TERM", "dumb")
}

/// The width that a shell or a script sets.
fn columns() -> Option<usize> {
    env::var("COLUMNS").ok()?.parse().ok()
}

/// Whether the locale allows more than ASCII. So does the absence of a locale: a pipe into a file
/// is no reason to degrade.
fn locale_has_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
