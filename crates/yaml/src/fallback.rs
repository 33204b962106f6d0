//! Reads with the library what the native readers do not support, and finds the spans afterwards.
//!
//! The library returns values without positions. Keys and scalars come in the order of the text,
//! so each is searched for after the one before it. A string that escapes or folding have changed
//! is owned by the tree and placed at the position reached so far.

use std::ops::Range;

use memchr::memmem;
use serde_yaml::Value;

use super::error::YamlError;
use super::guard;
use super::tape::{MAX_DEPTH, NodeKind, Tape};

const MAX_NODES: usize = 1_000_000;
const MAX_OWNED_BYTES: usize = 64 << 20;
/// How far ahead a scalar is searched for, and how many matches may be part of a longer word.
const WINDOW: usize = 16 << 10;
const CANDIDATES: usize = 64;
/// How many bytes are searched in one document; later values get the position reached by then.
const SEARCH_BYTES: usize = 512 << 20;

/// Reads one document of a text.
pub(super) fn read(text: &str, range: Range<usize>, tape: &mut Tape) -> Result<(), YamlError> {
    let document = text.get(range.clone()).unwrap_or_default();
    guard::check(document, range.start)?;
    let value: Value = serde_yaml::from_str(document)
        .map_err(|error| syntax_error(&error, document, range.start))?;
    if value.is_null() {
        return Ok(());
    }
    let root = tape.next();
    let mut writer = TapeWriter {
        text,
        cursor: range.start,
        range,
        tape,
        nodes: 0,
        owned: 0,
        search: SEARCH_BYTES,
    };
    writer.value(&value, 0)?;
    tape.roots.push(root);
    Ok(())
}

fn syntax_error(error: &serde_yaml::Error, document: &str, start: usize) -> YamlError {
    let within = error.location().map_or(0, |location| location.index());
    let offset = start + within.min(document.len());
    let message = without_values(&without_lines(&error.to_string()));
    if message.contains("recursion limit") {
        return YamlError::TooDeep { offset };
    }
    YamlError::Syntax { message, offset }
}

/// The library's message without its line numbers, which count from the document's first line.
fn without_lines(message: &str) -> String {
    let mut parts = message.split(" at line ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_position = |c: char| c.is_ascii_digit();
        let after = part.trim_start_matches(is_position).strip_prefix(" column ");
        out.push_str(after.map_or(part, |rest| rest.trim_start_matches(is_position)));
    }
    out
}

/// The library's message without quoted text, which may be from a Secret.
fn without_values(message: &str) -> String {
    let is_quote = |c: char| matches!(c, '"' | '`');
    match (message.split_once(is_quote), message.rsplit_once(is_quote)) {
        (Some((before, _)), Some((_, after))) => format!("{before}(not shown){after}"),
        _ => message.to_owned(),
    }
}

struct TapeWriter<'t> {
    text: &'t str,
    range: Range<usize>,
    cursor: usize,
    tape: &'t mut Tape,
    nodes: usize,
    owned: usize,
    search: usize,
}

impl TapeWriter<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), YamlError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES || self.owned > MAX_OWNED_BYTES {
            let message = "aliases expand to too many values".to_owned();
            return Err(YamlError::Syntax { message, offset: self.cursor });
        }
        if depth > MAX_DEPTH {
            return Err(YamlError::TooDeep { offset: self.cursor });
        }
        match value {
            Value::Null => self.tape.push(NodeKind::Null, self.cursor, self.cursor),
            Value::Bool(truth) => {
                self.scalar(NodeKind::Plain, NodeKind::OwnedPlain, &truth.to_string());
            }
            Value::Number(number) => {
                self.scalar(NodeKind::Plain, NodeKind::OwnedPlain, &number.to_string());
            }
            Value::String(text) => self.scalar(NodeKind::Verbatim, NodeKind::Owned, text),
            Value::Tagged(tagged) => self.value(&tagged.value, depth + 1)?,
            Value::Sequence(items) => {
                let node = self.tape.open(NodeKind::Sequence, self.cursor);
                let first = self.tape.next();
                for item in items {
                    self.value(item, depth + 1)?;
                }
                self.close(node, first);
            }
            Value::Mapping(members) => {
                let node = self.tape.open(NodeKind::Mapping, self.cursor);
                let first = self.tape.next();
                for (key, member) in members {
                    self.key(key);
                    self.value(member, depth + 1)?;
                }
                self.close(node, first);
            }
        }
        Ok(())
    }

    /// Closes a collection, which starts where its first content was found.
    fn close(&mut self, node: u32, first: u32) {
        self.tape.end = self.cursor;
        self.tape.close(node);
        let start = self.tape.nodes.get(first as usize).map(|child| child.start);
        if let (Some(start), Some(node)) = (start, self.tape.nodes.get_mut(node as usize)) {
            node.start = start.min(node.end);
        }
    }

    fn key(&mut self, key: &Value) {
        let text = match key {
            Value::String(text) => text.clone(),
            Value::Bool(truth) => truth.to_string(),
            Value::Number(number) => number.to_string(),
            other => serde_yaml::to_string(other).unwrap_or_default().trim_end().to_owned(),
        };
        match self.find(&text, |after| after.trim_ascii_start().starts_with(b":")) {
            Some(at) => self.push_found(NodeKind::Verbatim, at, &text),
            None => self.push_owned(NodeKind::Owned, &text),
        }
    }

    fn scalar(&mut self, source_text: NodeKind, unwritten: NodeKind, text: &str) {
        match self.find(text, |_| true) {
            Some(at) => self.push_found(source_text, at, text),
            None => self.push_owned(unwritten, text),
        }
    }

    fn push_found(&mut self, kind: NodeKind, at: usize, text: &str) {
        self.cursor = at + text.len();
        self.tape.push(kind, at, self.cursor);
    }

    /// Stores a string that is not in the file in this form, at its first words if they are found.
    fn push_owned(&mut self, kind: NodeKind, text: &str) {
        let first = text.split(['\n', '"', '\'', '\\']).find(|part| !part.is_empty());
        let found = first.and_then(|part| Some((self.find(part, |_| true)?, part.len())));
        let (start, length) = found.unwrap_or((self.cursor, 0));
        self.cursor = start + length;
        self.owned += text.len();
        self.tape.push_owned(kind, start, self.cursor, text);
    }

    /// The next occurrence of the text as a separate word, followed (after its quote) by what is
    /// required.
    fn find(&mut self, text: &str, is_followed: impl Fn(&[u8]) -> bool) -> Option<usize> {
        if text.is_empty() || self.search == 0 {
            return None;
        }
        let bytes = self.text.as_bytes();
        let end = self.range.end.min(self.cursor + WINDOW + text.len());
        let window = bytes.get(self.cursor..end)?;
        let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let candidates = memmem::find_iter(window, text.as_bytes()).take(CANDIDATES);
        let found = candidates.map(|at| self.cursor + at).find(|&at| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let after = bytes.get(at + text.len()..self.range.end).unwrap_or_default();
            let unquoted = after.strip_prefix(b"\"").or(after.strip_prefix(b"'"));
            !is_word(before) && !is_word(after.first()) && is_followed(unquoted.unwrap_or(after))
        });
        let searched = found.map_or(window.len(), |at| at - self.cursor);
        self.search = self.search.saturating_sub(searched);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, Value, YamlError};

    fn read(text: &str) -> Tree {
        let tree = Tree::parse(text).unwrap();
        assert!(tree.used_fallback());
        tree
    }

    fn at<'t>(tree: &'t Tree, path: &[&str]) -> Value<'t> {
        tree.documents().next().unwrap().at(path).unwrap()
    }

    #[test]
    fn spans_are_found_in_the_order_of_the_text() {
        let text = "a: !x\n  name: a\n  b: name\nc: !y [b, 'c', 12]\nd: \"e\\n\"\ne: f\n";
        let tree = read(text);
        let words = |path: &[&str]| text.get(at(&tree, path).span()).unwrap();
        assert_eq!(words(&["a", "name"]), "a");
        assert_eq!(at(&tree, &["a", "name"]).span().start, text.find("name: a").unwrap() + 6);
        assert_eq!(words(&["a", "b"]), "name");
        assert_eq!(words(&["c"]), "b, 'c', 12");
        assert_eq!(words(&["e"]), "f");
        assert_eq!(at(&tree, &["d"]).text().as_deref(), Some("e\n"));
        let root = tree.documents().next().unwrap();
        assert_eq!(text.get(root.entry_span("e").unwrap()), Some("e: f"));
    }

    #[test]
    fn strings_that_are_not_in_the_text_are_owned_by_the_tree() {
        let tree = read("a: !x 1\nb: True\nc: 0x1f\nd: \"\\u00e9\"\ne: ~\nf: >-\n  one\n  two\n");
        assert_eq!(at(&tree, &["b"]).as_bool(), Some(true));
        assert_eq!(at(&tree, &["c"]).as_i64(), Some(31));
        assert_eq!(at(&tree, &["d"]).text().as_deref(), Some("é"));
        assert!(at(&tree, &["e"]).is_null());
        assert_eq!(at(&tree, &["f"]).text().as_deref(), Some("one two"));
        assert_eq!(at(&tree, &["f"]).as_bool(), None);
    }

    #[test]
    fn a_quoted_number_stays_text() {
        let tree = read("a: !x y\nb: 'true'\nc: \"7\"\nd: 'null'\n");
        assert_eq!(at(&tree, &["b"]).as_bool(), None);
        assert_eq!(at(&tree, &["c"]).text().as_deref(), Some("7"));
        assert_eq!(at(&tree, &["d"]).text().as_deref(), Some("null"));
    }

    #[test]
    fn errors_have_byte_offsets_from_the_start_of_the_text_and_no_line() {
        let error = Tree::parse("é: 1\n---\nb: @x\n").unwrap_err();
        let YamlError::Syntax { message, offset } = error else { panic!("{error:?}") };
        assert_eq!(offset, 13);
        assert!(!message.contains("line"), "{message}");
    }

    #[test]
    fn errors_do_not_quote_values() {
        for text in ["a: !!int s3cret\n", "a: {s3cret: 1, s3cret: 2}\nb: !x y\n"] {
            let error = Tree::parse(text).unwrap_err().to_string();
            assert!(!error.contains("s3cret"), "{error}");
        }
        assert_eq!(
            super::without_values("a: string \"x\"y\", expected z"),
            "a: string (not shown), expected z"
        );
        assert_eq!(super::without_values("found a tab"), "found a tab");
    }
}
