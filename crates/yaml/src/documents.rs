//! Splits a text into its documents and picks the reader for each: JSON, the block reader, or the
//! library.

use memchr::{memchr_iter, memmem};

use super::block_reader::BlockReader;
use super::error::{Stop, YamlError};
use super::quoted::is_document_marker;

use super::skip::Skip;
use super::tape::Tape;
use super::{fallback, json};

/// How much of one text the library may read; at 50 MB/s this takes a third of a second.
const LIBRARY_BYTES: usize = 16 << 20;

/// Reads all documents of a text onto a tape, which is cleared first; returns true if the library
/// had to read one of them.
pub(super) fn read(text: &str, skip: &Skip, mut tape: Tape) -> Result<(Tape, bool), YamlError> {
    tape.clear();
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    // Machine-written YAML has a node about every 16 bytes.
    tape.nodes.reserve((text.len() / 20).min(1 << 20));

    let first = text.bytes().skip(start).find(|byte| !byte.is_ascii_whitespace());
    let mut json_stop = None;
    if matches!(first, Some(b'{' | b'[')) {
        match json::read(text, start, &mut tape, skip) {
            Ok(()) => return Ok((tape, false)),
            Err(stop @ (Stop::TooDeep { .. } | Stop::TooMany { .. })) => return Err(stop.into()),
            Err(stop) => json_stop = Some(stop),
        }
        tape.clear();
    }
    // The reader that got further reports the error.
    yaml(text, start, tape, skip).map_err(|error| match (json_stop, &error) {
        (Some(stop), YamlError::Syntax { offset, .. }) if stop.offset() > *offset => stop.into(),
        _ => error,
    })
}

fn yaml(text: &str, start: usize, tape: Tape, skip: &Skip) -> Result<(Tape, bool), YamlError> {
    let nothing = Skip::nothing();
    let bytes = text.as_bytes();
    let has_unusual_line_ends = has_unusual_line_ends(text);
    let mut library_budget = LIBRARY_BYTES;
    let mut used_fallback = false;
    let mut reader = BlockReader::new(bytes, start, tape, skip);
    loop {
        let start = skip_end_markers(bytes, reader.pos);
        if start >= bytes.len() {
            return Ok((reader.tape, used_fallback));
        }
        let checkpoint = reader.tape.checkpoint();
        // The library handles unusual line ends; if it refuses the text, ours is tried.
        if has_unusual_line_ends
            && by_library(text, start, &mut reader, &mut library_budget).is_ok()
        {
            used_fallback = true;
            continue;
        }
        reader.tape.reset(checkpoint);
        reader.pos = start;
        let mut read = reader.document();
        if read.is_err() && reader.has_skipped {
            // A pruned part may hold the anchor or the end of something: read everything.
            reader.tape.reset(checkpoint);
            reader.pos = start;
            reader.skip = &nothing;
            read = reader.document();
            reader.skip = skip;
        }
        match read {
            Ok(()) => {}
            Err(stop @ Stop::Outside { .. }) => {
                reader.tape.reset(checkpoint);
                let result = by_library(text, start, &mut reader, &mut library_budget);
                result.map_err(|error| more_precise(error, stop, start))?;
                used_fallback = true;
            }
            Err(stop) => return Err(stop.into()),
        }
    }
}

/// The library's error, unless it only names the start of the document.
fn more_precise(error: YamlError, stop: Stop, start: usize) -> YamlError {
    match error {
        YamlError::Syntax { offset, .. } if offset == start => stop.into(),
        other => other,
    }
}

/// Reads the document that starts here with the library and moves the reader after it.
fn by_library(
    text: &str,
    start: usize,
    reader: &mut BlockReader<'_>,
    budget: &mut usize,
) -> Result<(), YamlError> {
    let end = document_end(text.as_bytes(), start);
    *budget = budget.checked_sub(end - start).ok_or_else(|| YamlError::Syntax {
        message: "too many documents use YAML features that only the slow parser supports"
            .to_owned(),
        offset: start,
    })?;
    fallback::read(text, start..end, &mut reader.tape)?;
    reader.pos = end;
    Ok(())
}

/// Skips the `...` lines that end documents.
fn skip_end_markers(bytes: &[u8], mut at: usize) -> usize {
    while is_document_marker(bytes, at) && bytes.get(at) == Some(&b'.') {
        at = next_line(bytes, at);
    }
    at
}

/// The start of the marker line that ends the document starting here, with or without its own
/// marker.
fn document_end(bytes: &[u8], start: usize) -> usize {
    let mut line = start;
    let mut has_begun = false;
    while line < bytes.len() {
        let first = bytes.get(line).copied().unwrap_or_default();
        if is_document_marker(bytes, line) {
            if has_begun || first == b'.' {
                return line;
            }
            has_begun = true;
        } else if first != b'%' {
            let rest = bytes.get(line..).unwrap_or_default();
            let content = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
            has_begun |= content.is_some_and(|byte| !matches!(byte, b'#' | b'\n'));
        }
        line = next_line(bytes, line);
    }
    bytes.len()
}

fn next_line(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| at + end + 1)
}

/// True if YAML ends lines where the block reader does not: at a lone CR, NEL, LS or PS.
fn has_unusual_line_ends(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_lone_cr = memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'));
    has_lone_cr
        || (!text.is_ascii()
            && ["\u{85}", "\u{2028}", "\u{2029}"]
                .iter()
                .any(|line_end| memmem::find(bytes, line_end.as_bytes()).is_some()))
}

#[cfg(test)]
mod tests {
    use super::super::Tree;

    fn texts(text: &str) -> Vec<String> {
        let tree = Tree::parse(text).unwrap();
        tree.documents().map(|root| tree.text().get(root.span()).unwrap().to_owned()).collect()
    }

    #[test]
    fn empty_documents_are_skipped() {
        assert_eq!(texts("---\n---\na: 1\n---\n# nothing\n--- x\n...\n...\n---\n"), ["a: 1", "x"]);
        assert!(texts("").is_empty());
        assert!(texts("\u{feff}\n# only a comment\n").is_empty());
    }

    #[test]
    fn a_document_may_start_on_its_marker_line() {
        assert_eq!(texts("--- {a: 1}\n--- # c\nb: 2\n--- |\n c\n"), ["{a: 1}", "b: 2", "|\n c"]);
    }

    #[test]
    fn only_the_document_that_needs_the_library_is_read_by_it() {
        let tree = Tree::parse("a: 1e685\n---\n!tag\nb: é\nc: 2\n---\nd: 3\n").unwrap();
        let roots: Vec<_> = tree.documents().collect();
        assert!(tree.used_fallback());
        assert_eq!(roots.len(), 3);
        assert_eq!(roots[0].text_at(&["a"]).as_deref(), Some("1e685"));
        assert_eq!(tree.text().get(roots[1].entry_span("c").unwrap()), Some("c: 2"));
        assert_eq!(tree.text().get(roots[2].span()), Some("d: 3"));
    }

    #[test]
    fn consecutive_json_values_are_documents() {
        assert_eq!(texts("{\"a\": 1}\n{\"b\": [2]}\n"), ["{\"a\": 1}", "{\"b\": [2]}"]);
        assert_eq!(texts("\u{feff} [1, \"x\"]"), ["[1, \"x\"]"]);
    }

    #[test]
    fn text_that_only_looks_like_json_is_yaml() {
        let tree = Tree::parse("{a: b,\n c: [d]}\n").unwrap();
        assert_eq!(tree.documents().next().unwrap().text_at(&["a"]).as_deref(), Some("b"));
        assert!(!tree.used_fallback());
    }

    #[test]
    fn an_indented_line_starts_a_document() {
        let tree = Tree::parse(" a: !t b\n---\nc\n").unwrap();
        let roots: Vec<_> = tree.documents().collect();
        assert_eq!(roots[0].text_at(&["a"]).as_deref(), Some("b"));
        assert_eq!(roots[1].text().as_deref(), Some("c"));
    }

    #[test]
    fn unusual_line_ends_in_a_document_too_large_for_the_library_are_read() {
        let text = format!("a: 'x\u{2028}y'\nb: |\n{}", "  line\n".repeat(400_000));
        let tree = Tree::parse(text).unwrap();
        let root = tree.documents().next().unwrap();
        assert!(!tree.used_fallback());
        assert_eq!(root.text_at(&["a"]).as_deref(), Some("x\u{2028}y"));
    }
}
