//! Reads the values after a key or a dash: quoted, plain, block, flow, anchors and aliases.
//!
//! An alias repeats the nodes of its anchor, which takes 16 bytes a node and no text; their number
//! is limited, so an alias bomb fails. Anchors before keys and in flow collections are left to the
//! library.

use memchr::memchr3;

use super::super::block_scalar;
use super::super::error::Stop;
use super::super::quoted::{self, QuotedScalar};
use super::super::tape::NodeKind;
use super::bytes::is_blank;
use super::reader::{BlockReader, LineKind};

impl<'t> BlockReader<'t> {
    /// Reads a value that starts here and is not a block collection.
    pub(super) fn value(&mut self) -> Result<(), Stop> {
        self.assign_anchor();
        match self.byte(self.pos) {
            b'"' | b'\'' => self.quoted(quoted::scan(self.bytes, self.pos)?),
            b'|' | b'>' => {
                let scalar = block_scalar::scan(self.bytes, self.pos, self.min_column())?;
                self.tape.push_block(NodeKind::Block, self.pos, scalar.end, scalar.indent);
                self.pending_value = None;
                self.pos = scalar.next_line;
                self.next_content()
            }
            b'[' | b'{' => {
                self.pending_value = None;
                self.flow(self.open_collections.len())?;
                self.end_line()
            }
            b'&' => self.anchored(),
            b'*' if !self.is_plain_start() => {
                self.alias()?;
                self.end_line()
            }
            _ if self.is_plain_start() && !self.is_any_indicator() => self.plain(),
            _ => Err(self.outside("character cannot start a value")),
        }
    }

    pub(super) fn quoted(&mut self, scalar: QuotedScalar) -> Result<(), Stop> {
        self.assign_anchor();
        self.tape.push(scalar.kind, self.pos, scalar.end);
        self.pending_value = None;
        self.pos = scalar.end;
        self.end_line()
    }

    /// Reads a plain scalar and the more deeply indented lines that continue it.
    fn plain(&mut self) -> Result<(), Stop> {
        let (start, min_column) = (self.pos, self.min_column());
        let mut kind = NodeKind::Plain;
        let mut end = self.plain_line()?;
        while self.line_kind == LineKind::Content
            && !self.passed_comment
            && self.column() >= min_column
        {
            kind = NodeKind::PlainFolded;
            end = self.plain_line()?;
        }
        self.tape.push(kind, start, end);
        self.pending_value = None;
        Ok(())
    }

    /// Reads one line of a plain scalar, moves to the next content, and returns the end of the
    /// line's text.
    fn plain_line(&mut self) -> Result<usize, Stop> {
        let start = self.pos;
        let mut from = start;
        loop {
            let rest = self.bytes.get(from..).unwrap_or_default();
            let at = from + memchr3(b'\n', b':', b'#', rest).unwrap_or(rest.len());
            match self.bytes.get(at) {
                Some(b':') if self.is_colon(at) => {
                    self.pos = at;
                    return Err(self.outside("second colon on the line"));
                }
                Some(b'#') if at > start && is_blank(self.byte(at - 1)) => {
                    let end = self.trim(start, at);
                    self.pos = at;
                    self.next_line()?;
                    self.passed_comment = true;
                    return Ok(end);
                }
                Some(b':' | b'#') => from = at + 1,
                _ => {
                    let end = self.trim(start, at);
                    self.pos = at + 1;
                    self.next_content()?;
                    return Ok(end);
                }
            }
        }
    }

    fn anchored(&mut self) -> Result<(), Stop> {
        let name = self.name()?;
        self.anchor = Some(name);
        let after = self.pos;
        self.pos = self.skip_blanks(after);
        if self.is_rest_empty() {
            self.pending_value = Some(after);
            return self.next_line();
        }
        if matches!(self.byte(self.pos), b'&' | b'*') || self.pos == after {
            return Err(self.outside("anchor without a value"));
        }
        self.value()
    }

    /// Repeats the nodes of an alias's anchor.
    pub(super) fn alias(&mut self) -> Result<(), Stop> {
        let start = self.pos;
        let name = self.name()?;
        let Some(&target) = self.anchors.get(name) else {
            return Err(Stop::Syntax { what: "alias refers to an unknown anchor", offset: start });
        };
        let Some(size) = self.tape.repeat(target, self.alias_budget) else {
            return Err(Stop::Syntax {
                what: "alias expands to too many values or to itself",
                offset: start,
            });
        };
        self.alias_budget -= size;
        self.tape.end = self.pos;
        self.pending_value = None;
        Ok(())
    }

    /// Reads the name after `&` or `*`.
    fn name(&mut self) -> Result<&'t [u8], Stop> {
        let start = self.pos + 1;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = rest.iter().take_while(|byte| is_name(byte)).count();
        if length == 0 {
            return Err(self.outside("anchor or alias without a name"));
        }
        self.pos = start + length;
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// Assigns the anchor that waits for a node to the next one.
    pub(super) fn assign_anchor(&mut self) {
        if let Some(name) = self.anchor.take() {
            self.anchors.insert(name, self.tape.next());
        }
    }
}
