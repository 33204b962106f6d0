//! Lines around the objects in the output of a command: a copied prompt, warnings and errors of the
//! client, and what `kubectl cluster-info dump` writes at its end.
//!
//! Source: kubernetes/kubectl `pkg/cmd/clusterinfo/clusterinfo_dump.go`.

use super::manifest::starts_like_manifest;

/// How many lines may precede the first object.
const MOST_BEFORE: usize = 20;
/// What `kubectl cluster-info dump` says at the end.
const DUMPED: &[u8] = b"Cluster info dumped to ";

/// Whether a text has a line near its beginning that begins an object after lines that do not.
pub(crate) fn precede_objects(head: &[u8]) -> bool {
    !starts_like_manifest(head) && first_object(head).is_some()
}

/// Blanks the lines that are not of the objects, so that positions stay, and returns how many there
/// were, the usual last line of a dump not included.
pub(crate) fn blank(bytes: &mut [u8]) -> usize {
    let Some(start) = first_object(bytes) else { return 0 };
    let is_json = bytes.get(start) == Some(&b'{');
    let (mut at, mut is_inside, mut count) = (0, false, 0);
    while let Some(rest) = bytes.get_mut(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let Some(line) = rest.get_mut(..length) else { break };
        is_inside |= at >= start && (!is_json || line.starts_with(b"{"));
        let text = line.trim_ascii();
        if !is_inside && !text.is_empty() {
            count += usize::from(!text.starts_with(DUMPED));
            line.iter_mut().filter(|byte| !byte.is_ascii_whitespace()).for_each(|it| *it = b' ');
        } else if is_json && line.starts_with(b"}") || is_whole(line) {
            is_inside = false;
        }
        at += length;
    }
    count
}

/// Whether a line is an object in JSON by itself.
fn is_whole(line: &[u8]) -> bool {
    line.starts_with(b"{") && line.trim_ascii_end().ends_with(b"}")
}

/// Where the first line begins that begins an object.
fn first_object(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n').take(MOST_BEFORE) {
        // What is indented is a part of something else.
        let is_indented = line.first().is_none_or(u8::is_ascii_whitespace);
        if !is_indented && starts_like_manifest(line) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(text: &str) -> (String, usize) {
        let mut bytes = text.as_bytes().to_vec();
        let count = blank(&mut bytes);
        (String::from_utf8(bytes).unwrap(), count)
    }

    #[test]
    fn lines_around_json_are_blanked_in_place() {
        let object = "{\n  \"kind\": \"Pod\"\n}\n";
        for (before, after, count) in [
            ("", "", 0),
            ("$ kubectl get pods -o json\n", "", 1),
            ("Warning: v1 ComponentStatus is deprecated in v1.19+\n", "", 1),
            ("", "Error from server (NotFound): the server could not find it\n", 1),
            ("", "Cluster info dumped to standard output\n", 0),
        ] {
            let (text, found) = blanked(&format!("{before}{object}{after}"));
            assert_eq!((text.trim(), found), (object.trim(), count), "{before}{after}");
            assert_eq!(text.len(), before.len() + object.len() + after.len());
        }
    }

    #[test]
    fn several_objects_stay() {
        let text = "{\n\"a\": 1\n}\n{\n\"b\": \"}\"\n}\n{\"c\":1}\n{\"d\":1}\n";
        assert_eq!(blanked(text), (text.to_owned(), 0));
    }

    #[test]
    fn of_yaml_only_what_precedes_it_is_blanked() {
        let (text, count) = blanked("$ oc get pods -o yaml\napiVersion: v1\nitems: []\nx\n");
        assert_eq!((text.trim_start(), count), ("apiVersion: v1\nitems: []\nx\n", 1));
    }

    #[test]
    fn hostile_text_stays_as_it_is() {
        for text in
            ["", "\n\n", "}", "}\n}\n", "no object\nat all\n", "\u{e9}\u{e9}", "[\n  {\n  }\n]\n"]
        {
            assert_eq!(blanked(text), (text.to_owned(), 0), "{text}");
        }
        let deep = "{\n".repeat(50_000);
        assert_eq!(blanked(&deep).1, 0);
    }

    #[test]
    fn a_prompt_may_precede_objects() {
        assert!(precede_objects(b"$ oc get po -o yaml\napiVersion: v1\n"));
        for head in ["apiVersion: v1\n", "Dear all,\nsee below\n", ""] {
            assert!(!precede_objects(head.as_bytes()), "{head}");
        }
    }
}
