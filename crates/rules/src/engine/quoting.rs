//! Foreign words in findings: cut to a length, on one line, and lists kept short.

/// How many bytes of foreign text a summary may quote.
const QUOTED: usize = 300;
/// How many names a list spells out when nobody says how many.
const NAMED: usize = 5;

/// `text` on one line and no longer than a summary bears.
pub fn excerpt(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.len() + word.len() >= QUOTED {
            let room = QUOTED.saturating_sub(line.len() + 1);
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

/// The first few of `names`, and how many more there are.
pub fn few<S: AsRef<str>>(names: &[S]) -> String {
    enumerate(names, NAMED)
}

/// `a`, `a and b`, `a, b and c`, and beyond `limit` names `a, b and 7 more`.
pub fn enumerate<S: AsRef<str>>(names: &[S], limit: usize) -> String {
    let shown: Vec<_> = names.iter().take(limit.max(1)).map(AsRef::as_ref).collect();
    match (names.len().saturating_sub(shown.len()), shown.split_last()) {
        (_, None) => String::new(),
        (0, Some((last, []))) => (*last).to_owned(),
        (0, Some((last, before))) => format!("{} and {last}", before.join(", ")),
        (more, Some(_)) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `1 pod`, `3 pods`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Whether foreign text can be a name or a path and nothing else, so that it may stand in a
/// command.
pub fn is_plain(text: &str) -> bool {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '@' | ':');
    !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line_whatever_the_text() {
        assert_eq!(excerpt("  a\n\tb  "), "a b");
        let long = excerpt(&"äö".repeat(4000));
        assert!(long.len() <= QUOTED + 5 && long.ends_with("..."), "{long}");
        assert_eq!(excerpt(""), "");
    }

    #[test]
    fn what_a_shell_would_read_is_not_plain() {
        assert!(is_plain("/etc/systemd/system/x@y.service"));
        for text in ["", "a b", "$(x)", "a;b", "--flag", "x`y`", "a\nb"] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn a_list_names_a_few() {
        assert_eq!(few::<&str>(&[]), "");
        assert_eq!(few(&["a"]), "a");
        assert_eq!(few(&["a", "b"]), "a and b");
        assert_eq!(few(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 more");
    }
}
