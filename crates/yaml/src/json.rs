//! Reads JSON onto the tape: one value, or several in a row as `kubectl cluster-info dump` prints
//! them.
//!
//! Structure is checked strictly, so YAML in flow style is never taken for JSON. Control
//! characters in strings are accepted, because keeping them has no cost.

use super::error::Stop;
use super::quoted;
use super::skip::{PruneLevel, PruneStep, Skip};
use super::tape::{MAX_DEPTH, NodeKind, Tape};

/// Reads all values from `start` to the end of the text.
pub(super) fn read(text: &str, start: usize, tape: &mut Tape, skip: &Skip) -> Result<(), Stop> {
    let mut reader = JsonReader { bytes: text.as_bytes(), pos: start, tape, skip };
    while reader.next_byte().is_some() {
        let root = reader.tape.next();
        reader.check_node_limit()?;
        reader.value(0, PruneLevel::DOCUMENT)?;
        reader.tape.roots.push(root);
    }
    Ok(())
}

struct JsonReader<'t> {
    bytes: &'t [u8],
    pos: usize,
    tape: &'t mut Tape,
    skip: &'t Skip,
}

impl JsonReader<'_> {
    fn value(&mut self, depth: usize, level: PruneLevel) -> Result<(), Stop> {
        match self.next_byte() {
            Some(b'{') => self.collection(NodeKind::Mapping, b'}', depth, level),
            Some(b'[') => self.collection(NodeKind::Sequence, b']', depth, level),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true", NodeKind::Plain),
            Some(b'f') => self.word(b"false", NodeKind::Plain),
            Some(b'n') => self.word(b"null", NodeKind::Null),
            _ => Err(self.outside("expected a JSON value")),
        }
    }

    fn collection(
        &mut self,
        kind: NodeKind,
        closing: u8,
        depth: usize,
        level: PruneLevel,
    ) -> Result<(), Stop> {
        if depth >= MAX_DEPTH {
            return Err(Stop::TooDeep { offset: self.pos });
        }
        let node = self.tape.open(kind, self.pos);
        self.pos += 1;
        if self.next_byte() != Some(closing) {
            loop {
                self.check_node_limit()?;
                let step = if kind == NodeKind::Mapping {
                    self.key(level)?
                } else {
                    PruneStep::Into(level)
                };
                match step {
                    PruneStep::Into(level) => self.value(depth + 1, level)?,
                    PruneStep::Skip => self.skipped(depth + 1)?,
                }
                match self.next_byte() {
                    Some(b',') => self.pos += 1,
                    Some(byte) if byte == closing => break,
                    _ => {
                        return Err(
                            self.outside("missing comma between the elements of a collection")
                        );
                    }
                }
            }
        }
        self.pos += 1;
        self.tape.end = self.pos;
        self.tape.close(node);
        Ok(())
    }

    fn check_node_limit(&self) -> Result<(), Stop> {
        if self.tape.is_full() { Err(Stop::TooMany { offset: self.pos }) } else { Ok(()) }
    }

    /// Reads a value and removes its nodes.
    fn skipped(&mut self, depth: usize) -> Result<(), Stop> {
        let _first = self.next_byte();
        let (start, checkpoint) = (self.pos, self.tape.checkpoint());
        self.value(depth, PruneLevel::READ)?;
        self.tape.reset(checkpoint);
        self.tape.push(NodeKind::Skipped, start, self.pos);
        Ok(())
    }

    /// Reads a key of a mapping at that level.
    fn key(&mut self, level: PruneLevel) -> Result<PruneStep, Stop> {
        if self.next_byte() != Some(b'"') {
            return Err(self.outside("expected a key"));
        }
        let start = self.pos + 1;
        self.string()?;
        let key = self.bytes.get(start..self.pos.saturating_sub(1)).unwrap_or_default();
        if self.next_byte() != Some(b':') {
            return Err(self.outside("missing colon after a key"));
        }
        self.pos += 1;
        Ok(self.skip.step(level, key))
    }

    fn string(&mut self) -> Result<(), Stop> {
        let string = quoted::scan(self.bytes, self.pos)?;
        if string.is_multiline {
            return Err(self.outside("line break in a JSON string"));
        }
        self.tape.push(string.kind, self.pos, string.end);
        self.pos = string.end;
        Ok(())
    }

    fn number(&mut self) -> Result<(), Stop> {
        let start = self.pos;
        self.skip(b'-');
        let is_zero = self.bytes.get(self.pos) == Some(&b'0');
        let digits = self.digits();
        let mut is_number = digits == 1 || (digits > 1 && !is_zero);
        if self.skip(b'.') {
            is_number &= self.digits() > 0;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _has_sign = self.skip(b'-') || self.skip(b'+');
            is_number &= self.digits() > 0;
        }
        if !is_number {
            return Err(self.outside("malformed number"));
        }
        self.tape.push(NodeKind::Plain, start, self.pos);
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.pos += count;
        count
    }

    fn word(&mut self, word: &[u8], kind: NodeKind) -> Result<(), Stop> {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.outside("expected a JSON value"));
        }
        let start = self.pos;
        self.pos += word.len();
        self.tape.push(kind, start, self.pos);
        Ok(())
    }

    fn skip(&mut self, byte: u8) -> bool {
        let is_present = self.bytes.get(self.pos) == Some(&byte);
        self.pos += usize::from(is_present);
        is_present
    }

    /// Moves to the next byte that is not white space and returns it.
    fn next_byte(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.pos) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.pos += 1,
                other => return other.copied(),
            }
        }
    }

    fn outside(&self, what: &'static str) -> Stop {
        let is_at_end = self.pos >= self.bytes.len();
        let what = if is_at_end { "unexpected end of text in a JSON value" } else { what };
        Stop::Outside { what, offset: self.pos }
    }
}
