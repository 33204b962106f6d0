//! What a rule takes from the head of its file, the `//!` lines in Markdown: the title in the first
//! paragraph, and below it what the rule does not see and where its facts are from.

/// The title in the source of a rule, and its length: the first paragraph without the marks of code
/// and the stop. Its first word begins with a small letter, unless it is marked as code or has
/// another capital letter, as `ClusterOperator` does.
pub(crate) const fn title_of_source<const SIZE: usize>(source: &str) -> ([u8; SIZE], usize) {
    let mut title = [0; SIZE];
    let mut length = 0;
    let mut rest = source.as_bytes();
    while let [b'/', b'/', b'!', b' ', line @ ..] = rest {
        if length > 0 {
            length = put(&mut title, length, b' ');
        }
        rest = line;
        while let [byte, after @ ..] = rest {
            rest = after;
            match *byte {
                b'\n' => break,
                b'`' => {}
                byte => length = put(&mut title, length, byte),
            }
        }
    }
    length = length.saturating_sub(1);
    if let [b'/', b'/', b'!', b' ', first, ..] = source.as_bytes()
        && *first != b'`'
        && is_plain_word(&title)
        && let Some((first, _)) = title.split_first_mut()
    {
        first.make_ascii_lowercase();
    }
    (title, length)
}

const fn put(text: &mut [u8], at: usize, byte: u8) -> usize {
    if let Some((_, [slot, ..])) = text.split_at_mut_checked(at) {
        *slot = byte;
        return at + 1;
    }
    at
}

/// Whether the first word has no capital letter behind its first letter.
const fn is_plain_word(text: &[u8]) -> bool {
    let [_, rest @ ..] = text else { return true };
    let mut rest = rest;
    while let [byte, after @ ..] = rest {
        if byte.is_ascii_uppercase() {
            return false;
        }
        if *byte == b' ' {
            return true;
        }
        rest = after;
    }
    true
}

/// What stands below the title in the source of a rule, without the marks of its lines, and its
/// length.
pub(crate) const fn notes_of_source<const SIZE: usize>(source: &str) -> ([u8; SIZE], usize) {
    let mut notes = [0; SIZE];
    let mut length = 0;
    let mut rest = source.as_bytes();
    let mut is_below = false;
    while let [b'/', b'/', b'!', marked @ ..] = rest {
        let line = if let [b' ', line @ ..] = marked { line } else { marked };
        is_below |= matches!(line, [b'\n', ..]);
        rest = line;
        while let [byte, after @ ..] = rest {
            rest = after;
            if is_below {
                length = put(&mut notes, length, *byte);
            }
            if *byte == b'\n' {
                break;
            }
        }
    }
    (notes, length)
}

/// The id of the rule in the module of that path: its last two names, with hyphens.
pub(crate) const fn id_of_module<const SIZE: usize>(path: &str) -> ([u8; SIZE], usize) {
    let mut id = [0; SIZE];
    let mut length = 0;
    let mut rest = path.as_bytes();
    while let [byte, after @ ..] = rest {
        match (*byte, after) {
            (b':', [b':', behind @ ..]) => {
                length = if has_separator(behind) { 0 } else { put(&mut id, length, b'/') };
                rest = behind;
                continue;
            }
            (b'_', _) => length = put(&mut id, length, b'-'),
            (byte, _) => length = put(&mut id, length, byte),
        }
        rest = after;
    }
    (id, length)
}

const fn has_separator(path: &[u8]) -> bool {
    let mut rest = path;
    while let [byte, after @ ..] = rest {
        if *byte == b':' {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::source::text_of_source;

    #[test]
    fn the_title_is_the_first_paragraph() {
        const LONG: &str =
            text_of_source!(title_of_source, "//! Missing `DaemonSet`\n//! pods.\n//!\n//! x\n");
        assert_eq!(LONG, "missing DaemonSet pods");
        assert_eq!(
            text_of_source!(title_of_source, "//! ClusterOperator down.\n"),
            "ClusterOperator down"
        );
        assert_eq!(text_of_source!(title_of_source, "//! `Machine` down.\n"), "Machine down");
        assert_eq!(text_of_source!(title_of_source, "use x;"), "");
    }

    #[test]
    fn the_notes_stand_below_the_title() {
        const TEXT: &str = text_of_source!(
            notes_of_source,
            "//! T.\n//!\n//! Ä.\n//!\n//!  - b\n\nuse x; //! y\n"
        );
        assert_eq!(TEXT, "\nÄ.\n\n - b\n");
        assert_eq!(text_of_source!(notes_of_source, "//! T.\n"), "");
    }

    #[test]
    fn the_id_is_the_path() {
        assert_eq!(
            text_of_source!(id_of_module, "rules::catalog::kube_apiserver::x_y"),
            "kube-apiserver/x-y"
        );
    }
}
