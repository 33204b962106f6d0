//! The manual of a rule: the `//!` lines at the head of its file, in Markdown.

use crate::engine::rule::Rule;

/// The headings every manual has, in order.
pub const HEADINGS: [&str; 4] = ["Why it matters", "What to do", "Blind spots", "References"];

/// The manual of `rule`.
pub fn of(rule: &Rule) -> String {
    let mut manual = String::new();
    for line in rule.source.lines().map_while(|line| line.strip_prefix("//!")) {
        manual.push_str(line.strip_prefix(' ').unwrap_or(line));
        manual.push('\n');
    }
    manual
}
