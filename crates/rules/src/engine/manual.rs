//! The manual of a rule: the `//!` lines at the head of its file, in Markdown.

/// The headings every manual has, in order.
pub const HEADINGS: [&str; 4] = ["Why it matters", "What to do", "Blind spots", "References"];

/// The manual that stands in the source of a rule, without the marks of its lines, and its length.
pub(crate) const fn of_source<const SIZE: usize>(source: &str) -> ([u8; SIZE], usize) {
    let mut manual = [0; SIZE];
    let mut length = 0;
    let mut rest = source.as_bytes();
    while let [b'/', b'/', b'!', marked @ ..] = rest {
        let line = if let [b' ', line @ ..] = marked { line } else { marked };
        rest = line;
        while let [byte, after @ ..] = rest {
            rest = after;
            if *byte == b'\n' {
                break;
            }
        }
        if let Some((text, _)) = line.split_at_checked(line.len() - rest.len())
            && let Some((_, free)) = manual.split_at_mut_checked(length)
            && let Some((slots, _)) = free.split_at_mut_checked(text.len())
        {
            slots.copy_from_slice(text);
            length += text.len();
        }
    }
    (manual, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::source::text_of_source;

    #[test]
    fn the_manual_is_the_head_of_the_file() {
        const TEXT: &str = text_of_source!(of_source, "//! Ä.\n//!\n//!  - b\n\nuse x; //! y\n");
        assert_eq!(TEXT, "Ä.\n\n - b\n");
        assert_eq!(text_of_source!(of_source, "//! a"), "a");
        assert_eq!(text_of_source!(of_source, "use x;"), "");
    }
}
