//! Text in Markdown: shown, never interpreted as markup, in GitHub and in Jira.
//!
//! A word that a tracker acts on (a link, a user name, the number of an issue) goes into a code span,
//! the only place where trackers ignore it.

use std::iter;

/// Characters that are markup anywhere.
const MARKUP: [char; 12] = ['\\', '`', '*', '_', '[', ']', '<', '>', '|', '~', '&', '$'];

/// Running text, always on one line.
pub(super) fn prose(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for (at, as_str) in words.split_whitespace().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        if acts(as_str) {
            text.push_str(&code(as_str));
            continue;
        }
        if at == 0 {
            text.push_str(opening(as_str));
        }
        let is_number = at == 0 && is_number_of_a_list(as_str);
        for c in as_str.chars() {
            if is_number && !c.is_ascii_digit() || MARKUP.contains(&c) {
                text.push('\\');
            }
            text.push(c);
        }
    }
    text
}

/// A code span, always on one line.
pub(super) fn code(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let ticks = "`".repeat(longest_run(&words) + 1);
    let pad = if words.starts_with('`') || words.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{words}{pad}{ticks}")
}

/// Markdown in a cell of a table.
pub(super) fn cell(markdown: &str) -> String {
    // A bar ends the cell even within code, unless an odd number of backslashes precedes it.
    let mut text = String::with_capacity(markdown.len());
    let mut is_escaped = false;
    for c in markdown.chars() {
        if c == '|' && !is_escaped {
            text.push('\\');
        }
        text.push(c);
        is_escaped = c == '\\' && !is_escaped;
    }
    text
}

/// The lines of a fenced block. The fence is longer than any run of backticks in it.
pub(super) fn fenced(language: &str, text: &str) -> Vec<String> {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let lines = text.lines().map(str::to_owned);
    iter::once(format!("{fence}{language}")).chain(lines).chain([fence.clone()]).collect()
}

/// Whether a tracker would make a link or a mention of that word.
fn acts(as_str: &str) -> bool {
    let numbers =
        || as_str.split('#').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    as_str.contains('@') || as_str.contains("://") || as_str.contains("www.") || numbers()
}

/// What prevents a first word from starting a heading, a list or a rule.
fn opening(as_str: &str) -> &'static str {
    if as_str.starts_with(['#', '-', '+', '=']) { "\\" } else { "" }
}

/// Whether a first word would start a numbered list.
fn is_number_of_a_list(as_str: &str) -> bool {
    let after = as_str.trim_start_matches(|c: char| c.is_ascii_digit());
    after.len() < as_str.len() && matches!(after, "." | ")")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_shown() {
        assert_eq!(prose("<b>*x*</b> [a](b) a_b"), "\\<b\\>\\*x\\*\\</b\\> \\[a\\](b) a\\_b");
        assert_eq!(prose("# x\n- y"), "\\# x - y");
        assert_eq!(prose("---"), "\\---");
        assert_eq!(prose("1. x 2. y"), "1\\. x 2. y");
    }

    #[test]
    fn what_a_tracker_acts_on_is_code() {
        assert_eq!(prose("ask @admin of org/repo#12"), "ask `@admin` of `org/repo#12`");
        assert_eq!(prose("see https://evil.example/"), "see `https://evil.example/`");
    }

    #[test]
    fn code_survives_backticks() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fenced("text", "```\n````x"), ["`````text", "```", "````x", "`````"]);
        assert_eq!(fenced("yaml", "a: b"), ["```yaml", "a: b", "```"]);
    }

    #[test]
    fn a_bar_stays_in_its_cell() {
        assert_eq!(cell(&prose("a|b")), "a\\|b");
        assert_eq!(cell(&code("a|b")), "`a\\|b`");
        assert_eq!(cell(&code("a\\\\|b")), "`a\\\\\\|b`");
    }
}
