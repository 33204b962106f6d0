//! The block reader: one forward pass over one YAML document, line by line, onto the tape.
//!
//! Open collections are frames on a stack with their column; a line closes those that it does not reach
//! and continues the one it stands in. `want` is the state between a key (or dash) and its value. Every
//! deed that consumes a scalar ends at the start of the next content, so a line is looked at once.

use std::collections::BTreeMap;

use super::error::Stop;
use super::lines::is_blank;
use super::quoted;
use super::skip::{Level, Skip, Step};
use super::tape::{Kind, MAX_DEPTH, Tape};

/// Nodes that aliases may add to one text.
const ALIAS_BUDGET: usize = 1_000_000;

/// Where the reader stands after it passed empty lines and comments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the first byte of content on a line.
    Content,
    /// At a line that begins or ends a document.
    Marker,
    /// At the end of the text.
    End,
}

/// A collection in block style that is still open.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    node: u32,
    column: usize,
    is_mapping: bool,
    level: Level,
}

/// The state of the pass; `tape` holds what it has read.
pub(super) struct Reader<'t> {
    pub(super) bytes: &'t [u8],
    pub(super) tape: Tape,
    pub(super) pos: usize,
    pub(super) place: Place,
    /// The start of the line that `pos` is on.
    pub(super) line: usize,
    /// True when a comment stood between the last content and this one.
    pub(super) passed_comment: bool,
    pub(super) frames: Vec<Frame>,
    /// Where the value stands that is still to come, should it never come.
    pub(super) want: Option<usize>,
    /// An anchor whose node is on one of the next lines.
    pub(super) anchor: Option<&'t [u8]>,
    pub(super) anchors: BTreeMap<&'t [u8], u32>,
    pub(super) alias_budget: usize,
    pub(super) skip: &'t Skip,
    /// What matters in the next collection, should one come.
    level: Level,
    /// True when something in this document was skipped.
    pub(super) has_skipped: bool,
}

impl<'t> Reader<'t> {
    pub(super) fn new(bytes: &'t [u8], start: usize, tape: Tape, skip: &'t Skip) -> Self {
        Self {
            bytes,
            tape,
            pos: start,
            place: Place::Content,
            line: start,
            passed_comment: false,
            frames: Vec::new(),
            want: None,
            anchor: None,
            anchors: BTreeMap::new(),
            alias_budget: ALIAS_BUDGET,
            skip,
            level: Level::DOCUMENT,
            has_skipped: false,
        }
    }

    /// Reads the document whose first line or `---` marker starts here, up to the next marker.
    pub(super) fn document(&mut self) -> Result<(), Stop> {
        self.frames.clear();
        self.anchors.clear();
        self.anchor = None;
        self.want = Some(self.pos);
        self.level = Level::DOCUMENT;
        self.has_skipped = false;
        let root = self.tape.next();
        self.next_content()?;
        if self.place == Place::Marker && self.byte(self.pos) == b'.' {
            return Ok(());
        }
        if self.place == Place::Marker {
            self.pos = self.skip_blanks(self.pos + 3);
            self.want = Some(self.pos);
            if self.is_rest_empty() {
                self.next_line()?;
            } else {
                self.value()?;
            }
        } else if self.place == Place::Content && self.byte(self.pos) == b'%' {
            return Err(self.outside("a directive"));
        }
        while self.place == Place::Content {
            self.content()?;
        }
        if self.tape.next() > root {
            if let Some(at) = self.want.take() {
                self.null(at);
            }
            while self.close() {}
            self.tape.roots.push(root);
        }
        Ok(())
    }

    /// Fits the content that starts on this line into the collections that are open.
    fn content(&mut self) -> Result<(), Stop> {
        self.bear()?;
        let column = self.column();
        let is_dash = self.is_indicator(b'-');
        if let Some(at) = self.want {
            let in_key = is_dash
                && self.frames.last().is_some_and(|top| top.is_mapping && top.column == column);
            if in_key || column >= self.floor() {
                return if is_dash { self.sequence(column) } else { self.node(column) };
            }
            self.null(at);
        }
        while self.frames.last().is_some_and(|top| {
            top.column > column || (top.column == column && !top.is_mapping && !is_dash)
        }) {
            self.close();
        }
        match self.frames.last() {
            Some(top) if top.column == column && top.is_mapping != is_dash => {
                if is_dash {
                    self.item()
                } else {
                    self.entry()
                }
            }
            _ => Err(self.outside("an indentation that fits no collection")),
        }
    }

    /// Refuses to go on where there are too many nodes.
    pub(super) fn bear(&self) -> Result<(), Stop> {
        if self.tape.is_full() { Err(Stop::TooMany { offset: self.pos }) } else { Ok(()) }
    }

    fn sequence(&mut self, column: usize) -> Result<(), Stop> {
        self.open(Kind::Sequence, column)?;
        self.item()
    }

    /// Reads what stands behind a dash (or behind the colon of an explicit key) on the same line.
    fn item(&mut self) -> Result<(), Stop> {
        loop {
            self.level = match self.frames.last() {
                Some(top) if !top.is_mapping => top.level,
                _ => Level::READ,
            };
            let behind = self.pos + 1;
            self.want = Some(behind);
            self.pos = self.skip_spaces(behind);
            if self.is_rest_empty() {
                return self.next_line();
            }
            let column = self.column();
            if !self.is_indicator(b'-') {
                return self.node(column);
            }
            self.open(Kind::Sequence, column)?;
        }
    }

    /// Reads a node that is not a sequence and may be a mapping, because it is first on its line.
    fn node(&mut self, column: usize) -> Result<(), Stop> {
        match self.byte(self.pos) {
            b'"' | b'\'' => {
                let scalar = quoted::scan(self.bytes, self.pos)?;
                let behind = self.skip_blanks(scalar.end);
                if !self.is_colon(behind) || scalar.is_multiline {
                    return self.quoted(scalar);
                }
                self.open(Kind::Mapping, column)?;
                self.key(scalar.kind, scalar.end, behind)
            }
            b'?' if self.is_indicator(b'?') => {
                self.open(Kind::Mapping, column)?;
                self.explicit_key(column)
            }
            _ if self.is_plain_start() => match self.plain_key()? {
                Some(colon) => {
                    self.open(Kind::Mapping, column)?;
                    self.key(Kind::Plain, self.trim(self.pos, colon), colon)
                }
                None => self.value(),
            },
            _ => self.value(),
        }
    }

    /// Reads a member of the mapping that is open at this column.
    fn entry(&mut self) -> Result<(), Stop> {
        match self.byte(self.pos) {
            b'"' | b'\'' => {
                let scalar = quoted::scan(self.bytes, self.pos)?;
                let behind = self.skip_blanks(scalar.end);
                if !self.is_colon(behind) || scalar.is_multiline {
                    return Err(self.outside("a quoted string where a key is due"));
                }
                self.key(scalar.kind, scalar.end, behind)
            }
            b'?' if self.is_indicator(b'?') => self.explicit_key(self.column()),
            _ if self.is_plain_start() => match self.plain_key()? {
                Some(colon) => self.key(Kind::Plain, self.trim(self.pos, colon), colon),
                None => Err(self.outside("no colon behind a key")),
            },
            _ => Err(self.outside("no key where one is due")),
        }
    }

    fn key(&mut self, kind: Kind, end: usize, colon: usize) -> Result<(), Stop> {
        self.tape.push(kind, self.pos, end);
        let step = self.step(self.pos, end);
        let behind = colon + 1;
        self.want = Some(behind);
        self.pos = self.skip_blanks(behind);
        match (step, self.frames.last().copied()) {
            (Step::Skip, Some(top)) if self.skip_value(top.column)? => return Ok(()),
            (Step::Skip, _) => self.level = Level::READ,
            (Step::Into(level), _) => self.level = level,
        }
        if self.is_rest_empty() { self.next_line() } else { self.value() }
    }

    /// What the key between these bytes leads to.
    fn step(&self, start: usize, end: usize) -> Step {
        let level = self.frames.last().map_or(Level::READ, |top| top.level);
        if level == Level::READ {
            return Step::Into(level);
        }
        self.skip.step(level, self.bytes.get(start..end).unwrap_or_default())
    }

    /// Reads `? key` and the `: value` below it, as Go's YAML writes keys of more than 128 characters.
    fn explicit_key(&mut self, column: usize) -> Result<(), Stop> {
        self.pos = self.skip_spaces(self.pos + 1);
        if self.is_rest_empty() || matches!(self.byte(self.pos), b'&' | b'*' | b'[' | b'{') {
            return Err(self.outside("a key that is not a scalar"));
        }
        self.value()?;
        if self.place != Place::Content || self.column() != column || !self.is_indicator(b':') {
            return Err(self.outside("an explicit key without a value"));
        }
        self.item()
    }

    /// The colon that ends a plain key beginning here; None when the line holds no key.
    fn plain_key(&self) -> Result<Option<usize>, Stop> {
        if self.is_any_indicator() {
            return Err(self.outside("an indicator where a key or value is due"));
        }
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        for (length, byte) in rest.iter().enumerate() {
            let at = self.pos + length;
            match byte {
                b':' if self.is_colon(at) => return Ok(Some(at)),
                b'\n' => break,
                b'#' if length > 0 && is_blank(self.byte(at - 1)) => break,
                _ => {}
            }
        }
        Ok(None)
    }

    fn null(&mut self, at: usize) {
        self.name_next();
        self.tape.push(Kind::Null, at, at);
        self.want = None;
    }

    fn open(&mut self, kind: Kind, column: usize) -> Result<(), Stop> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(Stop::TooDeep { offset: self.pos });
        }
        self.name_next();
        let node = self.tape.open(kind, self.pos);
        let is_mapping = kind == Kind::Mapping;
        self.frames.push(Frame { node, column, is_mapping, level: self.level });
        self.want = None;
        Ok(())
    }

    fn close(&mut self) -> bool {
        let top = self.frames.pop();
        if let Some(top) = top {
            self.tape.close(top.node);
        }
        top.is_some()
    }

    /// The least column that content of the innermost collection can have.
    pub(super) fn floor(&self) -> usize {
        self.frames.last().map_or(0, |top| top.column + 1)
    }
}
