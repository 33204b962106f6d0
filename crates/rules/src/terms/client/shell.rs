//! Splits a shell line into its commands, and a command into its words, without changing either.
//!
//! It knows what the commands of rules contain: quotes, substitutions, lists, pipes, redirections,
//! comments, and placeholders such as `<control-plane node>`, which a shell would not accept.

/// A part of a shell line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// One command, without the blanks around it.
    Command(&'t str),
    /// Blanks and operators.
    Between(&'t str),
}

/// The commands of a line and what is between them; together they are the line.
pub(super) fn parts(line: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let end = run(line, at, |rest| rest.starts_with(is_operator), 1);
        if end > at {
            found.push(Part::Between(slice(line, at, end)));
        }
        at = end;
        let end = command_end(line, at);
        let text = slice(line, at, end);
        let command = text.trim_end();
        if !command.is_empty() {
            found.push(Part::Command(command));
        }
        let blanks = slice(text, command.len(), text.len());
        if !blanks.is_empty() {
            found.push(Part::Between(blanks));
        }
        at = end;
    }
    found
}

/// The words of a command, with their quotes; a comment is one word.
pub(super) fn words(command: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < command.len() {
        at = run(command, at, |rest| rest.starts_with(char::is_whitespace), 1);
        let end = match slice(command, at, command.len()).strip_prefix('#') {
            Some(_) => command.len(),
            None => word_end(command, at),
        };
        if end > at {
            found.push(slice(command, at, end));
        }
        at = end;
    }
    found
}

/// The substitutions `$(...)` in a word, each with the offset of its content.
pub(super) fn substitutions(word: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = slice(word, at, word.len()).find("$(").map(|start| at + start) {
        let end = atom_end(word, start);
        if end > start + 2 {
            found.push((start + 2, slice(word, start + 2, end - 1)));
        }
        at = end;
    }
    found
}

/// The part of `text` between two offsets; empty if they do not lie on characters.
pub(super) fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// The end of the run of characters from `at` on for which `is_part` holds.
fn run(text: &str, mut at: usize, is_part: impl Fn(&str) -> bool, least: usize) -> usize {
    while is_part(slice(text, at, text.len())) {
        at += next_char(text, at).max(least);
    }
    at
}

fn is_operator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | '&' | ';' | '(' | ')')
}

/// The end of the command that begins at `at`: the next operator outside of quotes and comments.
fn command_end(line: &str, mut at: usize) -> usize {
    let mut is_word_start = true;
    while at < line.len() {
        let rest = slice(line, at, line.len());
        if is_word_start && rest.starts_with('#') {
            return rest.find('\n').map_or(line.len(), |end| at + end);
        }
        if rest.starts_with(['|', '&', ';', '(', ')', '\n']) {
            return at;
        }
        is_word_start = rest.starts_with(char::is_whitespace);
        at = atom_end(line, at);
    }
    at
}

fn word_end(command: &str, mut at: usize) -> usize {
    while at < command.len() && !slice(command, at, command.len()).starts_with(char::is_whitespace)
    {
        at = atom_end(command, at);
    }
    at
}

/// The end of the quoted text, substitution, placeholder or character that begins at `at`.
fn atom_end(text: &str, at: usize) -> usize {
    let one = at + next_char(text, at).max(1);
    let rest = slice(text, one, text.len());
    let closing = |c: char| rest.find(c).map_or(one, |end| one + end + 1);
    match slice(text, at, one) {
        "'" => closing('\''),
        "`" => closing('`'),
        "\"" => group_end(text, one, '"').unwrap_or(one),
        "$" if rest.starts_with('(') => group_end(text, one + 1, ')').unwrap_or(one + 1),
        "\\" => one + next_char(text, one),
        // `2>&1` and `&>` redirect, and are no list.
        ">" if rest.starts_with('&') => one + 1,
        "<" if rest.starts_with(char::is_alphabetic) => match rest.find(['>', '\n']) {
            Some(end) if rest.get(end..).is_some_and(|rest| rest.starts_with('>')) => one + end + 1,
            _ => one,
        },
        _ => one,
    }
}

/// The end of the group that `closing` closes, in one pass over the text; None if it is open.
fn group_end(text: &str, mut at: usize, closing: char) -> Option<usize> {
    let mut open = vec![closing];
    while at < text.len() {
        let rest = slice(text, at, text.len());
        let c = rest.chars().next()?;
        let is_quoted = open.last() == Some(&'"');
        at += c.len_utf8();
        match c {
            _ if open.last() == Some(&c) => {
                open.pop();
                if open.is_empty() {
                    return Some(at);
                }
            }
            '\\' => at += next_char(text, at),
            '$' if rest.starts_with("$(") => {
                at += 1;
                open.push(')');
            }
            // Inside double quotes only substitutions and escapes have a meaning.
            _ if is_quoted => {}
            '"' => open.push('"'),
            '(' => open.push(')'),
            '\'' => at += slice(text, at, text.len()).find('\'').map_or(0, |end| end + 1),
            _ => {}
        }
    }
    None
}

/// The length of the character at `at`.
fn next_char(text: &str, at: usize) -> usize {
    slice(text, at, text.len()).chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(line: &str) -> Vec<&str> {
        let command = |part| match part {
            Part::Command(command) => Some(command),
            Part::Between(_) => None,
        };
        parts(line).into_iter().filter_map(command).collect()
    }

    #[test]
    fn a_line_is_split_at_operators_outside_of_quotes() {
        for (line, expected) in [
            (
                "oc get pods | grep -v 'a|b' && oc logs x",
                vec!["oc get pods", "grep -v 'a|b'", "oc logs x"],
            ),
            ("oc get nodes 2>&1; oc get csr", vec!["oc get nodes 2>&1", "oc get csr"]),
            (
                "oc delete pod $(oc get pods -o name | head -1)",
                vec!["oc delete pod $(oc get pods -o name | head -1)"],
            ),
            (
                "oc adm drain <control-plane node>\noc get nodes",
                vec!["oc adm drain <control-plane node>", "oc get nodes"],
            ),
            ("oc create secret x # don't; for *.a", vec!["oc create secret x # don't; for *.a"]),
            ("(oc get a) & oc get b", vec!["oc get a", "oc get b"]),
            ("it's unbalanced | oc get \"x", vec!["it's unbalanced", "oc get \"x"]),
            ("", vec![]),
        ] {
            assert_eq!(commands(line), expected, "{line}");
        }
    }

    #[test]
    fn a_word_keeps_its_quotes_and_its_placeholder() {
        let command = r#"oc patch x --type=merge -p '{"a": "b c"}' etcd-<node> "$(date -u)" # a b"#;
        assert_eq!(
            words(command),
            [
                "oc",
                "patch",
                "x",
                "--type=merge",
                "-p",
                r#"'{"a": "b c"}'"#,
                "etcd-<node>",
                r#""$(date -u)""#,
                "# a b"
            ]
        );
        assert_eq!(
            words("a <control-plane node> <in >out"),
            ["a", "<control-plane node>", "<in >out"]
        );
    }

    #[test]
    fn substitutions_are_found_in_quotes_as_well() {
        assert_eq!(substitutions("\"a $(b $(c) d) e\""), [(5, "b $(c) d")]);
        assert!(substitutions("$(a").is_empty());
    }

    #[test]
    fn the_parts_of_any_line_are_the_line() {
        const LETTERS: [char; 16] =
            ['o', 'c', ' ', '|', '&', ';', '(', ')', '$', '\'', '"', '`', '<', '>', '#', 'ä'];
        let mut seed = 1_u64;
        for _ in 0..20_000 {
            let mut line = String::new();
            for _ in 0..12 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                line.extend(LETTERS.get((seed >> 60) as usize));
            }
            let text: String = parts(&line)
                .into_iter()
                .map(|part| match part {
                    Part::Command(text) | Part::Between(text) => text,
                })
                .collect();
            assert_eq!(text, line);
            let _ = (words(&line), substitutions(&line));
        }
    }
}
