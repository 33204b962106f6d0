//! Makes words of the archive harmless: no secret, no escape sequences, no invisible or reversing
//! characters, no line that runs on for ever.

use std::fmt::{self, Write as _};
use std::ops::Deref;

use schemars::JsonSchema;
use serde::Serialize;

use crate::redact;

/// How much of one line of foreign text is kept.
const LINE_KEPT: usize = 2000;

/// Words of the archive that may be shown: nothing in them is secret, and nothing acts.
///
/// A report holds the archive's words only as such, and there is no other way to make them: whoever
/// adds a field or a renderer cannot forget it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, description = "Text that may be shown as it is.")]
pub struct SafeText(String);

impl SafeText {
    /// Foreign text on one or several lines, with control characters spelled out.
    pub fn text(foreign: &str) -> Self {
        let mut safe = String::with_capacity(foreign.len());
        for (at, line) in redact::redact(foreign).lines().enumerate() {
            if at > 0 {
                safe.push('\n');
            }
            push_line(&mut safe, line);
        }
        Self(safe)
    }

    /// A foreign name or path: always one line, so that it cannot pass for lines of the report.
    pub fn name(foreign: &str) -> Self {
        let mut safe = String::with_capacity(foreign.len());
        push_line(&mut safe, &redact::redact(foreign));
        Self(safe)
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Appends one character of a line that was looked through for secrets.
    pub(crate) fn push(&mut self, c: char) {
        push_char(&mut self.0, c);
    }

    /// Appends words of our own.
    pub(crate) fn push_own(&mut self, words: &'static str) {
        self.0.push_str(words);
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

/// Appends one line of foreign text; answers whether it was cut.
fn push_line(safe: &mut String, line: &str) -> bool {
    for (at, c) in line.chars().enumerate() {
        if at >= LINE_KEPT {
            safe.push_str(" [cut]");
            return true;
        }
        push_char(safe, c);
    }
    false
}

/// Appends one character, spelled out when it would act instead of being shown.
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

/// Whether nothing in the words acts: they may be shown as they are.
pub(crate) fn is_harmless(words: &str) -> bool {
    !words.chars().any(acts)
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
    fn an_escape_sequence_is_spelled_out() {
        assert_eq!(&*SafeText::text("a\u{1b}[31mb\u{7}\r"), "a\\u{1b}[31mb\\u{7}\\u{d}");
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(&*SafeText::name("a\nb"), "a\\u{a}b");
    }

    #[test]
    fn a_reversed_name_is_spelled_out() {
        assert_eq!(&*SafeText::text("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn an_endless_line_is_cut_and_says_so() {
        let cut = SafeText::text(&"x".repeat(1 << 20));
        assert!(cut.len() < LINE_KEPT + 10 && cut.ends_with("[cut]"));
    }
}
