//! Foreign text and long lists, bounded for a message of one line.

/// At most `most` characters of `text`, on one line.
pub fn brief(text: &str, most: usize) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let head: String = line.chars().take(most).collect();
    format!("{}...", head.trim_end())
}

/// The names as a sentence lists them: the first few, and how many more there are.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    const MOST: usize = 6;
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] if names.len() <= MOST => {
            format!("{} and {last}", before.join(", "))
        }
        all => {
            let shown: Vec<_> = all.iter().take(MOST).copied().collect();
            format!("{} and {} more", shown.join(", "), all.len() - MOST)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(brief("a\n  b", 9), "a b");
        assert_eq!(brief("äöü äöü", 4), "äöü...");
    }

    #[test]
    fn a_long_list_says_how_many_more() {
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        let many: Vec<_> = (0..9).map(|n| n.to_string()).collect();
        assert_eq!(listed(&many), "0, 1, 2, 3, 4, 5 and 3 more");
        assert_eq!(listed::<String>(&[]), "");
    }
}
