//! Messages on standard error: everything that is not a result.
//!
//! Characters that a terminal would act on are spelled out in every message. Text that comes from
//! an archive must be a [`SafeText`] before it becomes part of one.

use std::io::{self, Write};
use std::path::Path;

use mustknow_report::{Failed, SafeText};

/// Reports why the program ends without a result.
pub(crate) fn error(message: &str) {
    print("error", message);
}

/// Reports a problem in spite of which the program continues.
pub(crate) fn warn(message: &str) {
    print("warning", message);
}

/// Reports something that is not a problem.
pub(crate) fn note(message: &str) {
    print("note", message);
}

/// Reports an input that could not be read.
pub(crate) fn input_failed(failed: &Failed) {
    print(env!("CARGO_BIN_NAME"), &failed.error);
}

/// What the operating system reports, as the end of a message: in lower case and without a number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A path for a message, on one line.
pub(crate) fn path(path: &Path) -> String {
    SafeText::own_line(&path.display().to_string()).to_string()
}

fn print(prefix: &str, message: &str) {
    // Nothing can be reported when standard error is closed.
    let _ = writeln!(io::stderr(), "{prefix}: {}", SafeText::own_text(message));
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_reason_has_no_capital_and_no_number() {
        let error = fs::read("/nowhere").unwrap_err();
        assert_eq!(reason(&error), "no such file or directory");
        assert_eq!(reason(&io::Error::other("x")), "x");
    }

    #[test]
    fn a_path_is_one_line_and_not_redacted() {
        assert_eq!(path(Path::new("password=x\ny")), "password=x\\u{a}y");
    }
}
