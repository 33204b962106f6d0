//! Reads the collections of a document in block style.
//!
//! A line closes the collections that it does not reach and continues the one at its column. Every
//! function that consumes a scalar ends at the start of the next content, so a line is read once.

use super::super::error::Stop;
use super::super::quoted;
use super::super::skip::{PruneLevel, PruneStep};
use super::super::tape::{MAX_DEPTH, NodeKind};
use super::bytes::is_blank;
use super::reader::{BlockReader, LineKind, OpenCollection};

impl BlockReader<'_> {
    /// Reads the document whose first line or `---` marker starts here, up to the next marker.
    pub(crate) fn document(&mut self) -> Result<(), Stop> {
        self.open_collections.clear();
        self.anchors.clear();
        self.anchor = None;
        self.pending_value = Some(self.pos);
        self.level = PruneLevel::DOCUMENT;
        self.has_skipped = false;
        let root = self.tape.next();
        self.next_content()?;
        if self.line_kind == LineKind::Marker && self.byte(self.pos) == b'.' {
            return Ok(());
        }
        if self.line_kind == LineKind::Marker {
            self.pos = self.skip_blanks(self.pos + 3);
            self.pending_value = Some(self.pos);
            if self.is_rest_empty() {
                self.next_line()?;
            } else {
                self.value()?;
            }
        } else if self.line_kind == LineKind::Content && self.byte(self.pos) == b'%' {
            return Err(self.outside("YAML directive"));
        }
        while self.line_kind == LineKind::Content {
            self.content()?;
        }
        if self.tape.next() > root {
            if let Some(at) = self.pending_value.take() {
                self.null(at);
            }
            while self.close() {}
            self.tape.roots.push(root);
        }
        Ok(())
    }

    /// Adds the content that starts on this line to the collections that are open.
    fn content(&mut self) -> Result<(), Stop> {
        self.check_node_limit()?;
        let column = self.column();
        let is_dash = self.is_indicator(b'-');
        if let Some(at) = self.pending_value {
            let in_key = is_dash
                && self
                    .open_collections
                    .last()
                    .is_some_and(|top| top.is_mapping && top.column == column);
            if in_key || column >= self.min_column() {
                return if is_dash { self.sequence(column) } else { self.node(column) };
            }
            self.null(at);
        }
        while self.open_collections.last().is_some_and(|top| {
            top.column > column || (top.column == column && !top.is_mapping && !is_dash)
        }) {
            self.close();
        }
        match self.open_collections.last() {
            Some(top) if top.column == column && top.is_mapping != is_dash => {
                if is_dash {
                    self.item()
                } else {
                    self.entry()
                }
            }
            _ => Err(self.outside("indentation does not match any open collection")),
        }
    }

    fn sequence(&mut self, column: usize) -> Result<(), Stop> {
        self.open(NodeKind::Sequence, column)?;
        self.item()
    }

    /// Reads what follows a dash (or the colon of an explicit key) on the same line.
    fn item(&mut self) -> Result<(), Stop> {
        loop {
            self.level = match self.open_collections.last() {
                Some(top) if !top.is_mapping => top.level,
                _ => PruneLevel::READ,
            };
            let after = self.pos + 1;
            self.pending_value = Some(after);
            self.pos = self.skip_spaces(after);
            if self.is_rest_empty() {
                return self.next_line();
            }
            let column = self.column();
            if !self.is_indicator(b'-') {
                return self.node(column);
            }
            self.open(NodeKind::Sequence, column)?;
        }
    }

    /// Reads a node that is not a sequence; it may be a mapping because it is first on its line.
    fn node(&mut self, column: usize) -> Result<(), Stop> {
        match self.byte(self.pos) {
            b'"' | b'\'' => {
                let scalar = quoted::scan(self.bytes, self.pos)?;
                let after = self.skip_blanks(scalar.end);
                if !self.is_colon(after) || scalar.is_multiline {
                    return self.quoted(scalar);
                }
                self.open(NodeKind::Mapping, column)?;
                self.key(scalar.kind, scalar.end, after)
            }
            b'?' if self.is_indicator(b'?') => {
                self.open(NodeKind::Mapping, column)?;
                self.explicit_key(column)
            }
            _ if self.is_plain_start() => match self.plain_key()? {
                Some(colon) => {
                    self.open(NodeKind::Mapping, column)?;
                    self.key(NodeKind::Plain, self.trim(self.pos, colon), colon)
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
                let after = self.skip_blanks(scalar.end);
                if !self.is_colon(after) || scalar.is_multiline {
                    return Err(self.outside("expected a key, found a quoted string"));
                }
                self.key(scalar.kind, scalar.end, after)
            }
            b'?' if self.is_indicator(b'?') => self.explicit_key(self.column()),
            _ if self.is_plain_start() => match self.plain_key()? {
                Some(colon) => self.key(NodeKind::Plain, self.trim(self.pos, colon), colon),
                None => Err(self.outside("missing colon after a key")),
            },
            _ => Err(self.outside("expected a key")),
        }
    }

    fn key(&mut self, kind: NodeKind, end: usize, colon: usize) -> Result<(), Stop> {
        self.tape.push(kind, self.pos, end);
        let step = self.step(self.pos, end);
        let after = colon + 1;
        self.pending_value = Some(after);
        self.pos = self.skip_blanks(after);
        match (step, self.open_collections.last().copied()) {
            (PruneStep::Skip, Some(top)) if self.skip_value(top.column)? => return Ok(()),
            (PruneStep::Skip, _) => self.level = PruneLevel::READ,
            (PruneStep::Into(level), _) => self.level = level,
        }
        if self.is_rest_empty() { self.next_line() } else { self.value() }
    }

    /// The pruning step of the key between these bytes.
    fn step(&self, start: usize, end: usize) -> PruneStep {
        let level = self.open_collections.last().map_or(PruneLevel::READ, |top| top.level);
        if level == PruneLevel::READ {
            return PruneStep::Into(level);
        }
        self.skip.step(level, self.bytes.get(start..end).unwrap_or_default())
    }

    /// Reads `? key` and the `: value` below it, as Go's YAML writes keys of more than 128
    /// characters.
    fn explicit_key(&mut self, column: usize) -> Result<(), Stop> {
        self.pos = self.skip_spaces(self.pos + 1);
        if self.is_rest_empty() || matches!(self.byte(self.pos), b'&' | b'*' | b'[' | b'{') {
            return Err(self.outside("key is not a scalar"));
        }
        self.value()?;
        if self.line_kind != LineKind::Content
            || self.column() != column
            || !self.is_indicator(b':')
        {
            return Err(self.outside("explicit key without a value"));
        }
        self.item()
    }

    /// The colon that ends a plain key starting here; None if the line has no key.
    fn plain_key(&self) -> Result<Option<usize>, Stop> {
        if self.is_any_indicator() {
            return Err(self.outside("expected a key or value, found an indicator"));
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
        self.assign_anchor();
        self.tape.push(NodeKind::Null, at, at);
        self.pending_value = None;
    }

    fn open(&mut self, kind: NodeKind, column: usize) -> Result<(), Stop> {
        if self.open_collections.len() >= MAX_DEPTH {
            return Err(Stop::TooDeep { offset: self.pos });
        }
        self.assign_anchor();
        let node = self.tape.open(kind, self.pos);
        let is_mapping = kind == NodeKind::Mapping;
        self.open_collections.push(OpenCollection { node, column, is_mapping, level: self.level });
        self.pending_value = None;
        Ok(())
    }

    fn close(&mut self) -> bool {
        let top = self.open_collections.pop();
        if let Some(top) = top {
            self.tape.close(top.node);
        }
        top.is_some()
    }
}
