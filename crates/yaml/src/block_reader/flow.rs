//! Reads flow collections inside YAML: `{}`, `[]`, `["a", "b"]`, `{name: x, ports: [80]}`.
//!
//! They may span several lines. Plain scalars over several lines, single pairs in a sequence,
//! anchors and keys that are not scalars are left to the library.

use super::super::error::Stop;
use super::super::quoted::{self, is_document_marker};
use super::super::tape::{MAX_DEPTH, NodeKind};
use super::bytes::is_byte_order_mark;
use super::reader::BlockReader;

const UNTERMINATED: &str = "unclosed bracket";

impl BlockReader<'_> {
    /// Reads the flow collection that starts here, inside `depth` others.
    pub(super) fn flow(&mut self, depth: usize) -> Result<(), Stop> {
        if depth >= MAX_DEPTH {
            return Err(Stop::TooDeep { offset: self.pos });
        }
        let (kind, closing) = match self.byte(self.pos) {
            b'{' => (NodeKind::Mapping, b'}'),
            _ => (NodeKind::Sequence, b']'),
        };
        let start = self.pos;
        let node = self.tape.open(kind, start);
        self.pos += 1;
        loop {
            self.check_node_limit()?;
            if self.flow_byte(start)? == closing {
                break;
            }
            if kind == NodeKind::Mapping {
                self.flow_entry(start, depth)?;
            } else {
                self.flow_value(depth)?;
            }
            match self.flow_byte(start)? {
                b',' => self.pos += 1,
                byte if byte == closing => break,
                _ => return Err(self.outside("missing comma between the elements of a collection")),
            }
        }
        self.pos += 1;
        self.tape.end = self.pos;
        self.tape.close(node);
        Ok(())
    }

    fn flow_entry(&mut self, collection: usize, depth: usize) -> Result<(), Stop> {
        let key = self.pos;
        match self.byte(key) {
            b'"' | b'\'' => self.flow_quoted()?,
            _ => self.flow_plain()?,
        }
        let after = self.pos;
        if self.flow_byte(collection)? != b':' {
            self.tape.push(NodeKind::Null, after, after);
            return Ok(());
        }
        if self.bytes.get(key..self.pos).is_some_and(|bytes| bytes.contains(&b'\n')) {
            return Err(self.outside("key spans several lines"));
        }
        self.pos += 1;
        let after = self.pos;
        if matches!(self.flow_byte(collection)?, b',' | b'}') {
            self.tape.push(NodeKind::Null, after, after);
            return Ok(());
        }
        self.flow_value(depth)
    }

    fn flow_value(&mut self, depth: usize) -> Result<(), Stop> {
        match self.byte(self.pos) {
            b'[' | b'{' => self.flow(depth + 1),
            b'"' | b'\'' => self.flow_quoted(),
            b'*' if !self.is_plain_start() => self.alias(),
            _ => self.flow_plain(),
        }
    }

    fn flow_quoted(&mut self) -> Result<(), Stop> {
        let scalar = quoted::scan(self.bytes, self.pos)?;
        self.tape.push(scalar.kind, self.pos, scalar.end);
        self.pos = scalar.end;
        Ok(())
    }

    /// Reads a plain scalar on one line of a flow collection.
    fn flow_plain(&mut self) -> Result<(), Stop> {
        let start = self.pos;
        let next = self.byte(start + 1);
        if !self.is_plain_start()
            || matches!(self.byte(start), b'?' | b':')
            || (self.byte(start) == b'-' && (ends_flow_plain(next) || next.is_ascii_whitespace()))
        {
            return Err(self.outside("character cannot start a value in a flow collection"));
        }
        let mut at = start;
        loop {
            let (byte, next) = (self.byte(at), self.byte(at + 1));
            match byte {
                b'\n' => break,
                b':' if next.is_ascii_whitespace() => break,
                b':' if ends_flow_plain(next) || next == b'?' => {
                    self.pos = at;
                    return Err(self.outside("colon before another indicator"));
                }
                b'#' if matches!(self.byte(at - 1), b' ' | b'\t') => break,
                _ if ends_flow_plain(byte) => break,
                _ => at += 1,
            }
        }
        let end = self.trim(start, at);
        self.tape.push(NodeKind::Plain, start, end);
        self.pos = end;
        Ok(())
    }

    /// Moves to the next byte that is neither white space nor comment and returns it.
    fn flow_byte(&mut self, collection: usize) -> Result<u8, Stop> {
        loop {
            match self.bytes.get(self.pos) {
                Some(b' ' | b'\t' | b'\r') => self.pos += 1,
                Some(b'\n') => {
                    self.pos += 1;
                    if is_document_marker(self.bytes, self.pos) {
                        return Err(Stop::Syntax { what: UNTERMINATED, offset: collection });
                    }
                    if is_byte_order_mark(self.bytes, self.pos) {
                        return Err(self.outside("byte order mark inside the text"));
                    }
                }
                Some(b'#') if self.byte(self.pos - 1).is_ascii_whitespace() => {
                    let rest = self.bytes.get(self.pos..).unwrap_or_default();
                    self.pos += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                Some(&byte) => return Ok(byte),
                None => return Err(Stop::Syntax { what: UNTERMINATED, offset: collection }),
            }
        }
    }
}

fn ends_flow_plain(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}
