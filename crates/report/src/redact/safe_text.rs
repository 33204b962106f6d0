//! Text that is safe to show: without secrets, escape sequences, invisible or direction-changing
//! characters, and endless lines.

use std::fmt::{self, Write as _};
use std::ops::Deref;

use mustknow_redact::{redact, shorten_redacted};
use serde::Serialize;

/// The most characters of one line.
const LINE_LENGTH: usize = 2000;
/// What stands for the rest of a longer line.
const CUT: &str = " [cut] ";

/// Text that is safe to show: control characters are escaped, secrets of the archive redacted.
///
/// A report holds text of the archive only in this form, and the constructors below are the only way
/// to make it, so that no field and no renderer can skip the redaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline, description = "Text that may be shown as it is."))]
pub struct SafeText(String);

impl SafeText {
    /// Text of the archive, on one or several lines.
    pub fn text(foreign: &str) -> Self {
        Self(escape_lines(&redact(foreign)))
    }

    /// A name or path of the archive: always one line, so that it cannot imitate further lines.
    pub fn name(foreign: &str) -> Self {
        Self(escape_line(&redact(foreign)))
    }

    /// Text of the program itself, on one or several lines, with what the user typed: not redacted.
    pub fn own_text(own: &str) -> Self {
        Self(escape_lines(own))
    }

    /// A path as the user typed it: always one line, not redacted.
    pub fn own_line(own: &str) -> Self {
        Self(escape_line(own))
    }

    /// An error about a path as the user typed it: always one line. The path at its beginning is not
    /// redacted; the rest is, because it may quote the archive.
    pub(crate) fn about(path: &str, error: &str) -> Self {
        match error.strip_prefix(path) {
            Some(rest) => Self(escape_line(path) + &escape_line(&redact(rest))),
            None => Self::name(error),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Appends one character of a line whose secrets are known.
    pub(crate) fn push(&mut self, c: char) {
        push_char(&mut self.0, c);
    }

    /// Appends text of the program itself.
    pub(crate) fn push_own(&mut self, own: &'static str) {
        self.0.push_str(own);
    }
}

impl Deref for SafeText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether no character of the text acts, so that it may be shown as it is.
pub(crate) fn is_harmless(text: &str) -> bool {
    !text.chars().any(acts)
}

fn escape_lines(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            safe.push('\n');
        }
        push_line(&mut safe, line);
    }
    safe
}

fn escape_line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    push_line(&mut safe, text);
    safe
}

/// Appends one redacted line; of a line that is too long the head and the tail.
fn push_line(safe: &mut String, line: &str) {
    shorten_redacted(line, LINE_LENGTH, CUT).chars().for_each(|c| push_char(safe, c));
}

/// Appends one character, escaped when it would act instead of being shown.
fn push_char(safe: &mut String, c: char) {
    if c == '\t' {
        safe.push_str("    ");
    } else if acts(c) {
        // Writing to a String does not fail.
        let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
    } else {
        safe.push(c);
    }
}

/// Whether a terminal or a reader would obey `c` instead of showing it: control characters,
/// direction marks, zero-width characters.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_is_escaped() {
        assert_eq!(&*SafeText::text("a\u{1b}[31mb\u{7}\r"), "a\\u{1b}[31mb\\u{7}\\u{d}");
        assert_eq!(&*SafeText::own_text("a\u{1b}[31mb\n\u{7}"), "a\\u{1b}[31mb\n\\u{7}");
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(&*SafeText::name("a\nb"), "a\\u{a}b");
        assert_eq!(&*SafeText::own_line("a\nb"), "a\\u{a}b");
    }

    #[test]
    fn a_reversed_name_is_escaped() {
        assert_eq!(&*SafeText::text("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn an_endless_line_is_cut_and_marked() {
        let cut = SafeText::text(&["x".repeat(1 << 20), "y".repeat(1 << 20)].concat());
        assert_eq!(cut.len(), LINE_LENGTH);
        assert!(cut.starts_with("xx") && cut.contains("x [cut] y") && cut.ends_with("yy"));
    }

    #[test]
    fn what_the_user_typed_is_not_redacted() {
        let own = "/etc/passwd: not an archive";
        assert_eq!(&*SafeText::own_line(own), own);
        assert_eq!(&*SafeText::about("/etc/passwd", own), own);
        let quoting = "/etc/passwd: it contains password: hunter2";
        assert!(!SafeText::about("/etc/passwd", quoting).contains("hunter2"));
        assert_eq!(&*SafeText::name("password: hunter2"), "password: <redacted: password>");
    }
}
