//! What a rule keeps of the source of its file, computed by the compiler.
//!
//! So the source itself, 1.6 MB for all rules, is not part of the binary. The functions pass over a
//! source once and as few bytes as they can: the compiler interprets them, some hundred times slower
//! than they would run.

/// The text that `$extract` makes of a source. An array as long as the source takes it, of which
/// only what was written becomes part of the binary.
macro_rules! text_of_source {
    ($extract:expr, $source:expr) => {{
        const EXTRACT: ([u8; $source.len()], usize) = $extract($source);
        const TEXT: [u8; EXTRACT.1] = $crate::engine::source::head(&EXTRACT.0);
        match str::from_utf8(&TEXT) {
            Ok(text) => text,
            Err(_) => "",
        }
    }};
}
pub(crate) use text_of_source;

/// The first bytes of a slice that is at least as long.
pub(crate) const fn head<const LENGTH: usize>(bytes: &[u8]) -> [u8; LENGTH] {
    match bytes.first_chunk() {
        Some(head) => *head,
        None => [0; LENGTH],
    }
}

/// The names that stand in quotes in a source, each with its second quote, and their length.
pub(crate) const fn quoted_names<const SIZE: usize>(source: &str) -> ([u8; SIZE], usize) {
    let mut names = [0; SIZE];
    let mut length = 0;
    let mut rest = source.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte != b'"' {
            continue;
        }
        let mut end = after;
        while let [b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b':', after @ ..] = end {
            end = after;
        }
        // The second quote may also be the first one of the next name.
        if let [b'"', ..] = end
            && let Some((name, _)) = rest.split_at_checked(after.len() - end.len() + 1)
            && let Some((_, free)) = names.split_at_mut_checked(length)
            && let Some((slots, _)) = free.split_at_mut_checked(name.len())
        {
            slots.copy_from_slice(name);
            length += name.len();
        }
        rest = end;
    }
    (names, length)
}

/// A digest of a source (FNV-1a, over words of eight bytes): it differs when the rule was changed.
pub(crate) const fn digest(source: &str) -> u64 {
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut rest = source.as_bytes();
    while let [a, b, c, d, e, f, g, h, after @ ..] = rest {
        let word = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
        hash = (hash ^ word).wrapping_mul(PRIME);
        rest = after;
    }
    while let [byte, after @ ..] = rest {
        hash = (hash ^ *byte as u64).wrapping_mul(PRIME);
        rest = after;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_quotes_are_found() {
        assert_eq!(text_of_source!(quoted_names, "[\"TargetDown\", \"a b\"]"), "TargetDown\"");
        assert_eq!(text_of_source!(quoted_names, "\"x:y\"z\" \"open"), "x:y\"z\"");
    }

    #[test]
    fn a_change_changes_the_digest() {
        let digests = ["", "a", "12345678", "12345679", "12345678a", "12345678b"].map(digest);
        for (at, digest) in digests.iter().enumerate() {
            assert!(!digests.get(..at).unwrap_or_default().contains(digest));
        }
    }
}
