//! Values that stand behind a key or a dash: quoted, plain, block, flow, anchors and aliases.
//!
//! An alias repeats the nodes of what it names, which costs 16 bytes a node and no text; their number is
//! bounded, so that no bomb goes off. Anchors in front of keys and in flow collections are for the library.

use memchr::memchr3;

use super::block;
use super::error::Stop;
use super::lines::is_blank;
use super::quoted::{self, Quoted};
use super::read::{Place, Reader};
use super::tape::Kind;

impl<'t> Reader<'t> {
    /// Reads a value that is not a block collection and begins here.
    pub(super) fn value(&mut self) -> Result<(), Stop> {
        self.name_next();
        match self.byte(self.pos) {
            b'"' | b'\'' => self.quoted(quoted::scan(self.bytes, self.pos)?),
            b'|' | b'>' => {
                let block = block::scan(self.bytes, self.pos, self.floor())?;
                self.tape.push_block(Kind::Block, self.pos, block.end, block.indent);
                self.want = None;
                self.pos = block.next_line;
                self.next_content()
            }
            b'[' | b'{' => {
                self.want = None;
                self.flow(self.frames.len())?;
                self.end_line()
            }
            b'&' => self.anchored(),
            b'*' if !self.is_plain_start() => {
                self.alias()?;
                self.end_line()
            }
            _ if self.is_plain_start() && !self.is_any_indicator() => self.plain(),
            _ => Err(self.outside("a character that starts no value here")),
        }
    }

    pub(super) fn quoted(&mut self, scalar: Quoted) -> Result<(), Stop> {
        self.name_next();
        self.tape.push(scalar.kind, self.pos, scalar.end);
        self.want = None;
        self.pos = scalar.end;
        self.end_line()
    }

    /// Reads a plain scalar and the deeper lines that continue it.
    fn plain(&mut self) -> Result<(), Stop> {
        let (start, floor) = (self.pos, self.floor());
        let mut kind = Kind::Plain;
        let mut end = self.plain_line()?;
        while self.place == Place::Content && !self.passed_comment && self.column() >= floor {
            kind = Kind::PlainFolded;
            end = self.plain_line()?;
        }
        self.tape.push(kind, start, end);
        self.want = None;
        Ok(())
    }

    /// Passes one line of a plain scalar, goes to the next content, and returns where the line's text ends.
    fn plain_line(&mut self) -> Result<usize, Stop> {
        let start = self.pos;
        let mut from = start;
        loop {
            let rest = self.bytes.get(from..).unwrap_or_default();
            let at = from + memchr3(b'\n', b':', b'#', rest).unwrap_or(rest.len());
            match self.bytes.get(at) {
                Some(b':') if self.is_colon(at) => {
                    self.pos = at;
                    return Err(self.outside("a second colon on the line"));
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
        let behind = self.pos;
        self.pos = self.skip_blanks(behind);
        if self.is_rest_empty() {
            self.want = Some(behind);
            return self.next_line();
        }
        if matches!(self.byte(self.pos), b'&' | b'*') || self.pos == behind {
            return Err(self.outside("an anchor without a value"));
        }
        self.value()
    }

    /// Repeats the nodes that an alias stands for.
    pub(super) fn alias(&mut self) -> Result<(), Stop> {
        let start = self.pos;
        let name = self.name()?;
        let Some(&target) = self.anchors.get(name) else {
            return Err(Stop::Syntax { what: "an alias of no anchor", offset: start });
        };
        let Some(size) = self.tape.repeat(target, self.alias_budget) else {
            return Err(Stop::Syntax {
                what: "an alias repeats too much, or itself",
                offset: start,
            });
        };
        self.alias_budget -= size;
        self.tape.end = self.pos;
        self.want = None;
        Ok(())
    }

    /// The name behind `&` or `*`.
    fn name(&mut self) -> Result<&'t [u8], Stop> {
        let start = self.pos + 1;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = rest.iter().take_while(|byte| is_name(byte)).count();
        if length == 0 {
            return Err(self.outside("an anchor or alias without a name"));
        }
        self.pos = start + length;
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// Gives the anchor that waits for a node to the one that comes now.
    pub(super) fn name_next(&mut self) {
        if let Some(name) = self.anchor.take() {
            self.anchors.insert(name, self.tape.next());
        }
    }
}
