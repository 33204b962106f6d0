//! Foreign words made short enough to quote.

/// How many characters of a foreign text a message quotes.
const QUOTED: usize = 300;

/// The text on one line, cut where a message would grow too long.
pub fn brief(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(QUOTED) {
        line.truncate(end);
        line.push_str("...");
    }
    line
}

/// `a`, `a and b`, `a, b and c`, and beyond `limit` names `a, b and 7 more`.
pub fn enumerate<T: AsRef<str>>(names: &[T], limit: usize) -> String {
    let shown = if names.len() > limit { limit.max(1) } else { names.len() };
    let mut words: Vec<String> = names.iter().take(shown).map(|n| n.as_ref().to_owned()).collect();
    if names.len() > shown {
        words.push(format!("{} more", names.len() - shown));
    }
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_counted_where_there_are_too_many() {
        assert_eq!(enumerate::<&str>(&[], 3), "");
        assert_eq!(enumerate(&["a"], 3), "a");
        assert_eq!(enumerate(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(enumerate(&["a", "b", "c", "d"], 2), "a, b and 2 more");
    }

    #[test]
    fn a_quote_is_one_line_and_ends() {
        assert_eq!(brief("a\n  b"), "a b");
        assert_eq!(brief(&"ä".repeat(400)).chars().count(), QUOTED + 3);
    }
}
