//! JSON onto the tape: one value, or several in a row as `kubectl cluster-info dump` prints them.
//!
//! Strict about structure, so that YAML in flow style is never taken for JSON; lenient about control
//! characters in strings, which cost nothing to keep.

use super::error::Stop;
use super::quoted;
use super::skip::{Level, Skip, Step};
use super::tape::{Kind, MAX_DEPTH, Tape};

/// Reads all values from `start` to the end of the text.
pub(super) fn read(text: &str, start: usize, tape: &mut Tape, skip: &Skip) -> Result<(), Stop> {
    let mut reader = Reader { bytes: text.as_bytes(), pos: start, tape, skip };
    while reader.next_byte().is_some() {
        let root = reader.tape.next();
        reader.bear()?;
        reader.value(0, Level::DOCUMENT)?;
        reader.tape.roots.push(root);
    }
    Ok(())
}

struct Reader<'t> {
    bytes: &'t [u8],
    pos: usize,
    tape: &'t mut Tape,
    skip: &'t Skip,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize, level: Level) -> Result<(), Stop> {
        match self.next_byte() {
            Some(b'{') => self.collection(Kind::Mapping, b'}', depth, level),
            Some(b'[') => self.collection(Kind::Sequence, b']', depth, level),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true", Kind::Plain),
            Some(b'f') => self.word(b"false", Kind::Plain),
            Some(b'n') => self.word(b"null", Kind::Null),
            _ => Err(self.outside("no JSON value where one is due")),
        }
    }

    fn collection(
        &mut self,
        kind: Kind,
        closing: u8,
        depth: usize,
        level: Level,
    ) -> Result<(), Stop> {
        if depth >= MAX_DEPTH {
            return Err(Stop::TooDeep { offset: self.pos });
        }
        let node = self.tape.open(kind, self.pos);
        self.pos += 1;
        if self.next_byte() != Some(closing) {
            loop {
                self.bear()?;
                let step = if kind == Kind::Mapping { self.key(level)? } else { Step::Into(level) };
                match step {
                    Step::Into(level) => self.value(depth + 1, level)?,
                    Step::Skip => self.skipped(depth + 1)?,
                }
                match self.next_byte() {
                    Some(b',') => self.pos += 1,
                    Some(byte) if byte == closing => break,
                    _ => return Err(self.outside("no comma between the members of a collection")),
                }
            }
        }
        self.pos += 1;
        self.tape.end = self.pos;
        self.tape.close(node);
        Ok(())
    }

    fn bear(&self) -> Result<(), Stop> {
        if self.tape.is_full() { Err(Stop::TooMany { offset: self.pos }) } else { Ok(()) }
    }

    /// Reads a value and forgets what is in it.
    fn skipped(&mut self, depth: usize) -> Result<(), Stop> {
        let _first = self.next_byte();
        let (start, mark) = (self.pos, self.tape.mark());
        self.value(depth, Level::READ)?;
        self.tape.reset(mark);
        self.tape.push(Kind::Skipped, start, self.pos);
        Ok(())
    }

    /// Reads a key of a mapping at that level.
    fn key(&mut self, level: Level) -> Result<Step, Stop> {
        if self.next_byte() != Some(b'"') {
            return Err(self.outside("no key where one is due"));
        }
        let start = self.pos + 1;
        self.string()?;
        let key = self.bytes.get(start..self.pos.saturating_sub(1)).unwrap_or_default();
        if self.next_byte() != Some(b':') {
            return Err(self.outside("no colon behind a key"));
        }
        self.pos += 1;
        Ok(self.skip.step(level, key))
    }

    fn string(&mut self) -> Result<(), Stop> {
        let string = quoted::scan(self.bytes, self.pos)?;
        if string.is_multiline {
            return Err(self.outside("a line end in a JSON string"));
        }
        self.tape.push(string.kind, self.pos, string.end);
        self.pos = string.end;
        Ok(())
    }

    fn number(&mut self) -> Result<(), Stop> {
        let start = self.pos;
        self.skip(b'-');
        let is_zero = self.bytes.get(self.pos) == Some(&b'0');
        let whole = self.digits();
        let mut is_number = whole == 1 || (whole > 1 && !is_zero);
        if self.skip(b'.') {
            is_number &= self.digits() > 0;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _has_sign = self.skip(b'-') || self.skip(b'+');
            is_number &= self.digits() > 0;
        }
        if !is_number {
            return Err(self.outside("a malformed number"));
        }
        self.tape.push(Kind::Plain, start, self.pos);
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.pos += count;
        count
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Result<(), Stop> {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.outside("no JSON value where one is due"));
        }
        let start = self.pos;
        self.pos += word.len();
        self.tape.push(kind, start, self.pos);
        Ok(())
    }

    fn skip(&mut self, byte: u8) -> bool {
        let is_there = self.bytes.get(self.pos) == Some(&byte);
        self.pos += usize::from(is_there);
        is_there
    }

    /// The next byte that is not white space; the reader goes there.
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
        let what = if is_at_end { "the text ends inside a JSON value" } else { what };
        Stop::Outside { what, offset: self.pos }
    }
}
