//! Which name an entry goes by.
//!
//! Nothing is ever unpacked, so a name can do no harm to a disk; but it decides what a file is taken
//! for, so a name that points elsewhere is refused rather than bent into one that looks right.

use std::borrow::Cow;

use crate::limits::NAME_LIMIT;

/// What is said of a name that points out of the archive.
pub(super) const LEAVES: &str = "its name leaves the archive";

/// What is said of a name that is longer than is borne.
pub(super) const TOO_LONG: &str = "its name is longer than 4096 bytes";

/// Cleans the name of an archive entry, or says what is wrong with it.
///
/// Backslashes are left alone: systemd escapes (`\x2d`) put them into honest names.
pub(super) fn clean(name: &[u8]) -> Result<String, &'static str> {
    if name.len() > NAME_LIMIT {
        return Err(TOO_LONG);
    }
    if name.contains(&0) {
        return Err("its name holds a NUL byte");
    }
    if is_absolute(name) || has_parent(name) {
        return Err(LEAVES);
    }
    // The common case first: looking for odd bytes one by one costs more than the rest together.
    let text = std::str::from_utf8(name).map_or_else(|_| String::from_utf8_lossy(name), Cow::from);
    let mut path = String::with_capacity(text.len());
    for part in text.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(part);
    }
    if path.is_empty() { Err("it has no name") } else { Ok(path) }
}

/// True for `/x`, `\x`, `C:`, `C:/x` and `C:\x`, but not for `system:node.yaml`.
fn is_absolute(name: &[u8]) -> bool {
    match name {
        [b'/' | b'\\', ..] => true,
        [drive, b':'] | [drive, b':', b'/' | b'\\', ..] => drive.is_ascii_alphabetic(),
        _ => false,
    }
}

fn has_parent(name: &[u8]) -> bool {
    name.split(|byte| matches!(byte, b'/' | b'\\')).any(|part| part == b"..")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dots_and_empty_parts_are_dropped() {
        assert_eq!(clean(b"./must-gather//a/./b.yaml").unwrap(), "must-gather/a/b.yaml");
        assert_eq!(clean(b"a/").unwrap(), "a");
    }

    #[test]
    fn names_that_leave_the_archive_are_refused() {
        for name in
            ["../a", "a/../b", "a/..", "/etc/passwd", "C:\\a", "c:/a", "C:", "\\\\h\\a", "a\\..\\b"]
        {
            assert_eq!(clean(name.as_bytes()), Err(LEAVES), "{name}");
        }
    }

    #[test]
    fn names_that_only_look_odd_are_kept() {
        for name in
            ["a..b", "...", "clusterroles/system:node.yaml", "s:t", "a\\x2db.service", "-rf"]
        {
            assert_eq!(clean(name.as_bytes()).unwrap(), name);
        }
    }

    #[test]
    fn names_without_a_part_are_refused() {
        for name in ["", ".", "./", "././/"] {
            assert_eq!(clean(name.as_bytes()), Err("it has no name"), "{name}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(clean(b"a/\xff.log").unwrap(), "a/\u{fffd}.log");
    }

    #[test]
    fn overlong_names_and_nul_bytes_are_refused() {
        assert!(clean(&[b'a'; NAME_LIMIT]).is_ok());
        assert!(clean(&[b'a'; NAME_LIMIT + 1]).is_err());
        assert!(clean(b"a\0b").is_err());
    }

    proptest! {
        #[test]
        fn a_clean_name_is_relative_and_cleaning_it_again_changes_nothing(name: Vec<u8>) {
            if let Ok(path) = clean(&name) {
                prop_assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")));
                prop_assert_eq!(clean(path.as_bytes()), Ok(path.clone()));
            }
        }
    }
}
