//! Files of objects that stand anywhere: what `kubectl get -o yaml` prints, one file after the other.
//!
//! Nothing says which files belong together, so each is a collection of its own; the cluster ids, the
//! folders and the names tell (`freeze`).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use memchr::memmem;

use super::artifact::{Artifact, Classified};
use super::paths::{file_name, parent, stem};
use crate::model::format::Format;

/// Suffixes of files that people put the output of a command into.
const OF_OUTPUT: [&str; 4] = [".txt", ".out", ".dump", ".log"];
/// How much of a file tells whether it is text.
const HEAD: u64 = 512;
/// The words that an object or a list of them may begin with.
const BEGINNINGS: [&[u8]; 6] =
    [b"apiVersion:", b"items:", b"kind:", b"metadata:", b"- apiVersion:", b"---\n"];
/// The names one of which stands at the beginning of an object in JSON, or of a list of them.
const OF_OBJECTS: [&[u8]; 4] = [b"\"apiVersion\"", b"\"items\"", b"\"kind\"", b"\"metadata\""];

/// Asks whether the file may hold objects: any other layout would have known it.
pub(super) fn classify(path: &str) -> Option<Classified<'_>> {
    let name = file_name(path);
    let format = Format::Objects;
    if stem(name).is_some() {
        return Some(Classified { root: path, artifact: Artifact::Loose, format });
    }
    let is_output = OF_OUTPUT.iter().any(|suffix| name.ends_with(suffix)) || !name.contains('.');
    let folder = parent(path);
    // Somebody may have given this very file; what lies deep down is the output of something else.
    let is_asked = folder.is_empty() || (is_output && !folder.contains('/'));
    is_asked.then_some(Classified { root: path, artifact: Artifact::Nameless, format })
}

/// Whether a file that begins so may hold objects.
pub(crate) fn begins_like_objects(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"{") || BEGINNINGS.iter().any(|words| head.starts_with(words))
}

/// Whether a file that begins so holds objects of an API: a text of another kind may begin with a
/// bracket as well.
pub(crate) fn begins_with_objects(head: &[u8]) -> bool {
    let is_named = || OF_OBJECTS.iter().any(|name| memmem::find(head, name).is_some());
    begins_like_objects(head) && (!head.trim_ascii_start().starts_with(b"{") || is_named())
}

/// Whether the input at `path` is one file of text: no folder, and nothing that has to be unpacked.
pub fn is_text_file(path: &Path) -> bool {
    let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let mut head = Vec::new();
    let is_read = is_file
        && File::open(path).is_ok_and(|file| file.take(HEAD).read_to_end(&mut head).is_ok());
    // Every archive has a control character among its first bytes.
    let is_text = |byte: &u8| !byte.is_ascii_control() || matches!(byte, b'\t' | b'\n' | b'\r');
    is_read && !head.is_empty() && head.iter().all(is_text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::classify::classify;
    use super::*;

    #[test]
    fn a_file_that_says_nothing_by_its_place_is_looked_into() {
        for path in ["co.yaml", "a/b/c/mcp.yml", "x/objects.json"] {
            let placed =
                Classified { root: path, artifact: Artifact::Loose, format: Format::Objects };
            assert_eq!(classify(path), placed);
        }
        for path in ["dump.txt", "cluster-info", "case/cluster.dump", "out.log", "co.yaml.bak"] {
            assert_eq!(classify(path).artifact, Artifact::Nameless, "{path}");
        }
        for path in ["a/b/deep.log", "a/notes.md", "a/picture.png", "._co.yaml"] {
            assert_eq!(classify(path).artifact, Artifact::Noise, "{path}");
        }
    }

    #[test]
    fn only_the_beginning_of_an_object_is_taken_for_one() {
        for head in ["{\n", "\u{feff}---\nkind: X", "apiVersion: v1", "\n\nitems:\n"] {
            assert!(begins_like_objects(head.as_bytes()), "{head}");
        }
        for head in ["", "I1123 09:38:10", "NAME READY", "<html>", "# notes"] {
            assert!(!begins_like_objects(head.as_bytes()), "{head}");
        }
    }

    #[test]
    fn a_text_of_another_kind_may_begin_with_a_bracket() {
        for head in ["{\n  \"apiVersion\": \"v1\"", "{\"kind\":\"List\"", "kind: Node\n"] {
            assert!(begins_with_objects(head.as_bytes()), "{head}");
        }
        for head in ["{\"schema\":\"mustknow/line/v1\"", "{\\rtf1", "Dear all"] {
            assert!(!begins_with_objects(head.as_bytes()), "{head}");
        }
    }

    #[test]
    fn an_archive_is_no_text() {
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
