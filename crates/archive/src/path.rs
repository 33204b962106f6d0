//! Turns the name of an archive entry into a safe relative path.
//!
//! Nothing is unpacked, so a name cannot harm a disk. But it decides what a file is classified as,
//! so a name that points outside the archive is refused and not repaired.

use std::borrow::Cow;

use crate::limits::NAME_LIMIT;

/// The message for a name that points outside the archive.
pub(super) const POINTS_OUTSIDE: &str = "name points outside the archive";

/// The message for a name that is too long.
pub(super) const TOO_LONG: &str = "name is longer than 4096 bytes";

/// Cleans the name of an archive entry, or says what is wrong with it.
///
/// Backslashes are kept: valid names contain systemd escapes (`\x2d`).
pub(super) fn clean(name: &[u8]) -> Result<String, &'static str> {
    if name.len() > NAME_LIMIT {
        return Err(TOO_LONG);
    }
    if name.contains(&0) {
        return Err("name contains a NUL byte");
    }
    if is_absolute(name) || has_parent(name) {
        return Err(POINTS_OUTSIDE);
    }
    // Valid UTF-8 is checked first because it is the common case and the check is fast.
    let text = std::str::from_utf8(name).map_or_else(|_| String::from_utf8_lossy(name), Cow::from);
    let mut path = String::with_capacity(text.len());
    for slice in text.split('/').filter(|slice| !matches!(*slice, "" | ".")) {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(slice);
    }
    if path.is_empty() { Err("name is empty") } else { Ok(path) }
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
    name.split(|byte| matches!(byte, b'/' | b'\\')).any(|slice| slice == b"..")
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
    fn names_that_point_outside_the_archive_are_refused() {
        for name in
            ["../a", "a/../b", "a/..", "/etc/passwd", "C:\\a", "c:/a", "C:", "\\\\h\\a", "a\\..\\b"]
        {
            assert_eq!(clean(name.as_bytes()), Err(POINTS_OUTSIDE), "{name}");
        }
    }

    #[test]
    fn unusual_but_valid_names_are_kept() {
        for name in
            ["a..b", "...", "clusterroles/system:node.yaml", "s:t", "a\\x2db.service", "-rf"]
        {
            assert_eq!(clean(name.as_bytes()).unwrap(), name);
        }
    }

    #[test]
    fn names_without_a_part_are_refused() {
        for name in ["", ".", "./", "././/"] {
            assert_eq!(clean(name.as_bytes()), Err("name is empty"), "{name}");
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
                prop_assert!(path.split('/').all(|slice| !matches!(slice, "" | "." | "..")));
                prop_assert_eq!(clean(path.as_bytes()), Ok(path.clone()));
            }
        }
    }
}
