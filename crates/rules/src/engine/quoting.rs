//! Text from the archive in findings: cut to a length, on one line, and lists abbreviated.

/// How many bytes of text from the archive a summary may quote.
const MAX_EXCERPT: usize = 300;
/// How many names [`name_list`] spells out.
const MAX_NAMES: usize = 5;

/// `text` on one line, cut to the length that a summary may quote.
pub fn excerpt(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.len() + word.len() >= MAX_EXCERPT {
            let room = MAX_EXCERPT.saturating_sub(line.len() + 1);
            line.extend((!line.is_empty()).then_some(' '));
            line.extend(word.char_indices().take_while(|(at, _)| *at < room).map(|(_, c)| c));
            line.push_str("...");
            break;
        }
        line.extend((!line.is_empty()).then_some(' '));
        line.push_str(word);
    }
    line
}

/// The first names of a list, and how many more there are: `a, b and 7 more`.
pub fn name_list<S: AsRef<str>>(names: &[S]) -> String {
    name_list_up_to(names, MAX_NAMES)
}

/// `a`, `a and b`, `a, b and c`, and beyond `limit` names `a, b and 7 more`.
pub fn name_list_up_to<S: AsRef<str>>(names: &[S], limit: usize) -> String {
    let shown: Vec<_> = names.iter().take(limit.max(1)).map(AsRef::as_ref).collect();
    match (names.len().saturating_sub(shown.len()), shown.split_last()) {
        (_, None) => String::new(),
        (0, Some((last, []))) => (*last).to_owned(),
        (0, Some((last, before))) => format!("{} and {last}", before.join(", ")),
        (more, Some(_)) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `1 pod`, `3 pods`.
pub fn pluralize(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Whether text from the archive consists only of characters of names and paths, so that it is safe
/// in a command.
pub fn is_shell_safe(text: &str) -> bool {
    let is_safe =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '@' | ':');
    !text.is_empty() && !text.starts_with('-') && text.chars().all(is_safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line_for_any_text() {
        assert_eq!(excerpt("  a\n\tb  "), "a b");
        let long = excerpt(&"äö".repeat(4000));
        assert!(long.len() <= MAX_EXCERPT + 5 && long.ends_with("..."), "{long}");
        assert_eq!(excerpt(""), "");
    }

    #[test]
    fn text_with_shell_syntax_is_not_safe() {
        assert!(is_shell_safe("/etc/systemd/system/x@y.service"));
        for text in ["", "a b", "$(x)", "a;b", "--flag", "x`y`", "a\nb"] {
            assert!(!is_shell_safe(text), "{text}");
        }
    }

    #[test]
    fn a_long_list_is_abbreviated() {
        assert_eq!(name_list::<&str>(&[]), "");
        assert_eq!(name_list(&["a"]), "a");
        assert_eq!(name_list(&["a", "b"]), "a and b");
        assert_eq!(name_list(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 more");
    }
}
