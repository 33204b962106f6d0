//! Moves the reader along lines: over white space, comments and empty lines, to the next content.

use memchr::memchr;

use super::error::Stop;
use super::quoted::is_document_marker;
use super::read::{Place, Reader};

impl Reader<'_> {
    pub(super) fn column(&self) -> usize {
        self.pos - self.line
    }

    /// Ends a line on which only a comment may follow.
    pub(super) fn end_line(&mut self) -> Result<(), Stop> {
        let behind = self.skip_blanks(self.pos);
        let is_comment = behind > self.pos && self.byte(behind) == b'#';
        if !is_comment && !matches!(self.byte(behind), b'\n' | b'\r') {
            return Err(self.outside("text behind a value"));
        }
        self.next_line()
    }

    pub(super) fn next_line(&mut self) -> Result<(), Stop> {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        self.pos += memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        self.next_content()
    }

    /// Passes empty lines and comments from the start of a line to the next content.
    pub(super) fn next_content(&mut self) -> Result<(), Stop> {
        self.passed_comment = false;
        loop {
            let at = self.skip_spaces(self.pos);
            match self.bytes.get(at) {
                None => {
                    self.pos = self.bytes.len();
                    self.place = Place::End;
                    return Ok(());
                }
                Some(b'\n') => self.pos = at + 1,
                Some(b'#') => {
                    self.passed_comment = true;
                    let rest = self.bytes.get(at..).unwrap_or_default();
                    self.pos = at + memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                }
                Some(b'\t' | b'\r') => {
                    let behind = self.skip_blanks(at);
                    let behind = if self.byte(behind) == b'\r' { behind + 1 } else { behind };
                    if self.byte(behind) != b'\n' {
                        self.pos = at;
                        return Err(self.outside("a tab stands in an indentation"));
                    }
                    self.pos = behind + 1;
                }
                Some(0xef) if at == self.pos && is_byte_order_mark(self.bytes, at) => {
                    return Err(self.outside("a byte order mark within the text"));
                }
                Some(_) => {
                    self.line = self.pos;
                    let is_marker = at == self.pos && is_document_marker(self.bytes, at);
                    self.place = if is_marker { Place::Marker } else { Place::Content };
                    self.pos = at;
                    return Ok(());
                }
            }
        }
    }

    /// The byte there; beyond the end of the text a line end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    pub(super) fn skip_spaces(&self, mut at: usize) -> usize {
        while self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        at
    }

    pub(super) fn skip_blanks(&self, mut at: usize) -> usize {
        while self.bytes.get(at).is_some_and(|&byte| is_blank(byte)) {
            at += 1;
        }
        at
    }

    /// Where the text ends that white space separates from `end`.
    pub(super) fn trim(&self, start: usize, mut end: usize) -> usize {
        while end > start && matches!(self.byte(end - 1), b' ' | b'\t' | b'\r') {
            end -= 1;
        }
        end
    }

    pub(super) fn is_rest_empty(&self) -> bool {
        matches!(self.byte(self.pos), b'\n' | b'\r' | b'#')
    }

    /// True when a colon there separates a key from its value.
    pub(super) fn is_colon(&self, at: usize) -> bool {
        self.byte(at) == b':' && is_separator(self.byte(at + 1))
    }

    /// True when this indicator stands here, with white space behind it.
    pub(super) fn is_indicator(&self, indicator: u8) -> bool {
        self.byte(self.pos) == indicator && is_separator(self.byte(self.pos + 1))
    }

    /// True when a plain scalar can begin here; `-`, `?` and `:` only with text behind them.
    ///
    /// `***HIDDEN***`, which the redactor of Replicated's support bundles leaves behind, is text too,
    /// though every YAML library takes it for a broken alias.
    pub(super) fn is_plain_start(&self) -> bool {
        match self.byte(self.pos) {
            b'*' => self.bytes.get(self.pos..).is_some_and(|rest| rest.starts_with(b"***")),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'!' | b'|' | b'>' | b'\'' | b'"'
            | b'%' | b'@' | b'`' | b'\n' | b'\r' | b'\t' | b' ' => false,
            _ => true,
        }
    }

    pub(super) fn is_any_indicator(&self) -> bool {
        matches!(self.byte(self.pos), b'-' | b'?' | b':') && is_separator(self.byte(self.pos + 1))
    }

    pub(super) fn outside(&self, what: &'static str) -> Stop {
        Stop::Outside { what, offset: self.pos }
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// True for the mark that a text may begin with; the library skips it at the start of any line.
pub(super) fn is_byte_order_mark(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with("\u{feff}".as_bytes()))
}

pub(super) fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
