//! Manifest files at any path, such as the output of `kubectl get -o yaml`.
//!
//! The path does not show which files belong together, so each file is a collection of its own. The
//! merge groups them by cluster id, folder and file name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use memchr::memmem;

use super::artifact::{Artifact, Classified};
use super::paths::{file_name, parent, stem};
use crate::model::format::Format;

/// Suffixes of files that often contain the output of a command.
const OUTPUT_SUFFIXES: [&str; 4] = [".txt", ".out", ".dump", ".log"];
/// How much of a file is read to determine whether it is text, in bytes.
const HEAD: u64 = 512;
/// How an object or a list of objects may begin.
const BEGINNINGS: [&[u8]; 6] =
    [b"apiVersion:", b"items:", b"kind:", b"metadata:", b"- apiVersion:", b"---\n"];
/// Keys of which a JSON object or list has at least one near its beginning.
const JSON_KEYS: [&[u8]; 4] = [b"\"apiVersion\"", b"\"items\"", b"\"kind\"", b"\"metadata\""];

/// Classifies a file that no other layout knows and that may be a manifest.
pub(super) fn classify(path: &str) -> Option<Classified<'_>> {
    let name = file_name(path);
    let format = Format::Manifests;
    if stem(name).is_some() {
        return Some(Classified { root: path, artifact: Artifact::Manifest, format });
    }
    let is_output =
        OUTPUT_SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) || !name.contains('.');
    let folder = parent(path);
    // A file near the top may be the input itself; files in deeper folders are rarely manifests.
    let is_candidate = folder.is_empty() || (is_output && !folder.contains('/'));
    is_candidate.then_some(Classified { root: path, artifact: Artifact::Unrecognized, format })
}

/// Whether a file that begins with `head` may be a manifest.
pub(crate) fn starts_like_manifest(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"{") || BEGINNINGS.iter().any(|words| head.starts_with(words))
}

/// Whether a file that begins with `head` is a manifest. Unlike [`starts_like_manifest`] it rejects
/// other text that begins with a brace.
pub(crate) fn starts_manifest(head: &[u8]) -> bool {
    let has_key = || JSON_KEYS.iter().any(|name| memmem::find(head, name).is_some());
    starts_like_manifest(head) && (!head.trim_ascii_start().starts_with(b"{") || has_key())
}

/// Whether the input at `path` is a text file: neither a folder nor an archive nor compressed.
pub fn is_text_file(path: &Path) -> bool {
    let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let mut head = Vec::new();
    let is_read = is_file
        && File::open(path).is_ok_and(|file| file.take(HEAD).read_to_end(&mut head).is_ok());
    // Every archive format has a control character among its first bytes.
    let is_text = |byte: &u8| !byte.is_ascii_control() || matches!(byte, b'\t' | b'\n' | b'\r');
    is_read && !head.is_empty() && head.iter().all(is_text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::classify::classify;
    use super::*;

    #[test]
    fn a_file_at_an_unknown_path_may_be_a_manifest() {
        for path in ["co.yaml", "a/b/c/mcp.yml", "x/objects.json"] {
            let classified =
                Classified { root: path, artifact: Artifact::Manifest, format: Format::Manifests };
            assert_eq!(classify(path), classified);
        }
        for path in ["dump.txt", "cluster-info", "case/cluster.dump", "out.log", "co.yaml.bak"] {
            assert_eq!(classify(path).artifact, Artifact::Unrecognized, "{path}");
        }
        for path in ["a/b/deep.log", "a/notes.md", "a/picture.png", "._co.yaml"] {
            assert_eq!(classify(path).artifact, Artifact::Ignored, "{path}");
        }
    }

    #[test]
    fn only_text_that_begins_like_an_object_may_be_a_manifest() {
        for head in ["{\n", "\u{feff}---\nkind: X", "apiVersion: v1", "\n\nitems:\n"] {
            assert!(starts_like_manifest(head.as_bytes()), "{head}");
        }
        for head in ["", "I1123 09:38:10", "NAME READY", "<html>", "# notes"] {
            assert!(!starts_like_manifest(head.as_bytes()), "{head}");
        }
    }

    #[test]
    fn other_text_that_begins_with_a_brace_is_not_a_manifest() {
        for head in ["{\n  \"apiVersion\": \"v1\"", "{\"kind\":\"List\"", "kind: Node\n"] {
            assert!(starts_manifest(head.as_bytes()), "{head}");
        }
        for head in ["{\"schema\":\"mustknow/line/v1\"", "{\\rtf1", "Dear all"] {
            assert!(!starts_manifest(head.as_bytes()), "{head}");
        }
    }

    #[test]
    fn an_archive_is_not_a_text_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::write(&path, bytes).unwrap();
            is_text_file(&path)
        };
        assert!(file("a", b"kind: Node\n"));
        assert!(file("b", "name: \u{e9}\r\n".as_bytes()));
        for bytes in [&b"\x1f\x8b\x08"[..], b"PK\x03\x04", b"\xfd7zXZ\0", b"name\0\0", b""] {
            assert!(!file("c", bytes), "{bytes:?}");
        }
        assert!(!is_text_file(dir.path()));
        assert!(!is_text_file(&dir.path().join("absent")));
    }
}
