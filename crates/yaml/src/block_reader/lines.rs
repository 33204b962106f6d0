//! Moves the reader from line to line: over white space, comments and empty lines to the next
//! content.

use memchr::memchr;

use super::super::error::Stop;
use super::super::quoted::is_document_marker;
use super::bytes::is_byte_order_mark;
use super::reader::{BlockReader, LineKind};

impl BlockReader<'_> {
    /// Ends a line on which only a comment may follow.
    pub(super) fn end_line(&mut self) -> Result<(), Stop> {
        let after = self.skip_blanks(self.pos);
        let is_comment = after > self.pos && self.byte(after) == b'#';
        if !is_comment && !matches!(self.byte(after), b'\n' | b'\r') {
            return Err(self.outside("unexpected text after a value"));
        }
        self.next_line()
    }

    pub(super) fn next_line(&mut self) -> Result<(), Stop> {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        self.pos += memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        self.next_content()
    }

    /// Skips empty lines and comments from the start of a line to the next content.
    pub(super) fn next_content(&mut self) -> Result<(), Stop> {
        self.passed_comment = false;
        loop {
            let at = self.skip_spaces(self.pos);
            match self.bytes.get(at) {
                None => {
                    self.pos = self.bytes.len();
                    self.line_kind = LineKind::End;
                    return Ok(());
                }
                Some(b'\n') => self.pos = at + 1,
                Some(b'#') => {
                    self.passed_comment = true;
                    let rest = self.bytes.get(at..).unwrap_or_default();
                    self.pos = at + memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                }
                Some(b'\t' | b'\r') => {
                    let after = self.skip_blanks(at);
                    let after = if self.byte(after) == b'\r' { after + 1 } else { after };
                    if self.byte(after) != b'\n' {
                        self.pos = at;
                        return Err(self.outside("tab in indentation"));
                    }
                    self.pos = after + 1;
                }
                Some(0xef) if at == self.pos && is_byte_order_mark(self.bytes, at) => {
                    return Err(self.outside("byte order mark inside the text"));
                }
                Some(_) => {
                    self.line = self.pos;
                    let is_marker = at == self.pos && is_document_marker(self.bytes, at);
                    self.line_kind = if is_marker { LineKind::Marker } else { LineKind::Content };
                    self.pos = at;
                    return Ok(());
                }
            }
        }
    }
}
