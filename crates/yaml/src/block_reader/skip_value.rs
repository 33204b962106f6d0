//! Passes over the value of a key that is pruned, without nodes for anything in it.

use memchr::memchr;

use super::super::error::Stop;
use super::super::quoted;
use super::super::tape::NodeKind;
use super::reader::BlockReader;

impl BlockReader<'_> {
    /// Skips the value of a key in that column; the position is after the colon and its blanks.
    ///
    /// Returns false and skips nothing if the end of the value cannot be found from its lines
    /// alone.
    pub(super) fn skip_value(&mut self, column: usize) -> Result<bool, Stop> {
        let is_rest_empty = self.is_rest_empty();
        let start = if is_rest_empty { next_line(self.bytes, self.pos) } else { self.pos };
        match self.byte(self.pos) {
            b'&' | b'*' | b'!' | b'[' | b'{' => return Ok(false),
            b'"' | b'\'' => {
                let scalar = quoted::scan(self.bytes, self.pos)?;
                self.has_skipped = true;
                self.tape.push(NodeKind::Skipped, self.pos, scalar.end);
                self.pending_value = None;
                self.pos = scalar.end;
                self.end_line()?;
                return Ok(true);
            }
            _ => {}
        }
        let mut line = next_line(self.bytes, self.pos);
        let mut end = if is_rest_empty { start } else { line_end(self.bytes, self.pos) };
        while line < self.bytes.len() {
            let content = self.skip_spaces(line);
            let indent = content - line;
            let first = self.byte(content);
            let is_blank = matches!(first, b'\n' | b'\r');
            let is_deeper = indent > column
                || (is_rest_empty
                    && indent == column
                    && first == b'-'
                    && self.byte(content + 1) == b' ');
            if !is_blank && !is_deeper {
                break;
            }
            if !is_blank {
                end = line_end(self.bytes, content);
            }
            line = next_line(self.bytes, content);
        }
        if end == start {
            return Ok(false);
        }
        self.has_skipped = true;
        self.tape.push(NodeKind::Skipped, start, self.trim(start, end));
        self.pending_value = None;
        self.pos = line;
        self.next_content()?;
        Ok(true)
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + memchr(b'\n', rest).unwrap_or(rest.len())
}

fn next_line(bytes: &[u8], at: usize) -> usize {
    (line_end(bytes, at) + 1).min(bytes.len())
}
