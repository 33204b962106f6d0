//! Reads with the library what the native readers leave to it, and finds the spans afterwards.
//!
//! The library hands out values without positions. Keys and scalars come in the order of the text, so
//! each is searched for from where the one before it was found; what escapes or folding have changed
//! is owned by the tree and sits at the place reached so far.

use std::ops::Range;

use memchr::memmem;
use serde_yaml::Value;

use super::error::YamlError;
use super::guard;
use super::tape::{Kind, MAX_DEPTH, Tape};

const MAX_NODES: usize = 1_000_000;
const MAX_OWNED_BYTES: usize = 64 << 20;
/// How far ahead a scalar is looked for.
const WINDOW: usize = 16 << 10;

/// Reads one document of a text.
pub(super) fn read(text: &str, range: Range<usize>, tape: &mut Tape) -> Result<(), YamlError> {
    let document = text.get(range.clone()).unwrap_or_default();
    guard::admit(document, range.start)?;
    let value: Value = serde_yaml::from_str(document)
        .map_err(|error| syntax_error(&error, document, range.start))?;
    if value.is_null() {
        return Ok(());
    }
    let root = tape.next();
    let mut writer = Writer { text, cursor: range.start, range, tape, nodes: 0, owned: 0 };
    writer.value(&value, 0)?;
    tape.roots.push(root);
    Ok(())
}

fn syntax_error(error: &serde_yaml::Error, document: &str, start: usize) -> YamlError {
    let within = error.location().map_or(0, |location| location.index());
    let offset = start + within.min(document.len());
    let message = without_lines(&error.to_string());
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
        let behind = part.trim_start_matches(is_position).strip_prefix(" column ");
        out.push_str(behind.map_or(part, |rest| rest.trim_start_matches(is_position)));
    }
    out
}

struct Writer<'t> {
    text: &'t str,
    range: Range<usize>,
    cursor: usize,
    tape: &'t mut Tape,
    nodes: usize,
    owned: usize,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), YamlError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES || self.owned > MAX_OWNED_BYTES {
            let message = "aliases grow beyond measure".to_owned();
            return Err(YamlError::Syntax { message, offset: self.cursor });
        }
        if depth > MAX_DEPTH {
            return Err(YamlError::TooDeep { offset: self.cursor });
        }
        match value {
            Value::Null => self.tape.push(Kind::Null, self.cursor, self.cursor),
            Value::Bool(truth) => self.plain(if *truth { "true" } else { "false" }),
            Value::Number(number) => self.plain(&number.to_string()),
            Value::String(text) => self.string(text),
            Value::Tagged(tagged) => self.value(&tagged.value, depth + 1)?,
            Value::Sequence(items) => {
                let node = self.tape.open(Kind::Sequence, self.cursor);
                let first = self.tape.next();
                for item in items {
                    self.value(item, depth + 1)?;
                }
                self.close(node, first);
            }
            Value::Mapping(members) => {
                let node = self.tape.open(Kind::Mapping, self.cursor);
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

    /// Ends a collection, which starts where its first content was found.
    fn close(&mut self, node: u32, first: u32) {
        self.tape.end = self.cursor;
        self.tape.close(node);
        let start = self.tape.nodes.get(first as usize).map(|child| child.start);
        if let (Some(start), Some(node)) = (start, self.tape.nodes.get_mut(node as usize)) {
            node.start = start.min(node.end);
        }
    }

    fn key(&mut self, key: &Value) {
        match key {
            Value::String(text) => self.string(text),
            Value::Bool(truth) => self.string(if *truth { "true" } else { "false" }),
            Value::Number(number) => self.string(&number.to_string()),
            other => {
                let text = serde_yaml::to_string(other).unwrap_or_default();
                self.string(text.trim_end());
            }
        }
    }

    fn plain(&mut self, text: &str) {
        let Some(at) = self.find(text) else {
            self.tape.push_owned(Kind::OwnedPlain, self.cursor, text);
            return;
        };
        self.tape.push(Kind::Plain, at, at + text.len());
        self.cursor = at + text.len();
    }

    fn string(&mut self, text: &str) {
        let Some(at) = self.find(text) else { return self.unwritten(text) };
        self.tape.push(Kind::Verbatim, at, at + text.len());
        self.cursor = at + text.len();
    }

    /// Keeps a text that the file does not hold in these words, near its first ones.
    fn unwritten(&mut self, text: &str) {
        let first = text.split(['\n', '"', '\'', '\\']).find(|part| !part.is_empty());
        if let Some(at) = first.and_then(|part| self.find(part)) {
            self.cursor = at;
        }
        self.owned += text.len();
        self.tape.push_owned(Kind::Owned, self.cursor, text);
    }

    /// Where the text stands next as a word of its own.
    fn find(&self, text: &str) -> Option<usize> {
        if text.is_empty() {
            return None;
        }
        let end = self.range.end.min(self.cursor + WINDOW + text.len());
        let bytes = self.text.as_bytes();
        let window = bytes.get(self.cursor..end)?;
        let is_word = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric)
        };
        memmem::find_iter(window, text.as_bytes())
            .map(|at| self.cursor + at)
            .find(|&at| !is_word(at.checked_sub(1)) && !is_word(Some(at + text.len())))
    }
}
