//! Where a value begins and ends, as YAML, JSON, a command line or a sentence writes it.

use std::ops::Range;

/// A name with the separator after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedKey<'t> {
    pub(super) name: &'t str,
    /// Where it begins, quotes included.
    pub(super) start: usize,
    /// The position of `:` or `=`.
    pub(super) separator: usize,
    /// Its quote, if it has one, and the number of backslashes before it.
    quoted: Option<(u8, usize)>,
    /// Whether only white space and dashes precede it on its line.
    pub(super) begins_line: bool,
    /// The byte before it; a line end at the start of the text.
    pub(super) before: u8,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueForm {
    /// In quotes, or alone after its name: its end is certain.
    Complete,
    /// A word after a colon within a line, possibly part of a sentence.
    InSentence { is_last: bool },
    /// In brackets.
    Nested,
    /// On the lines below, indented further.
    Below,
}

/// The range of a value, and how it is written.
#[derive(Clone, Debug)]
pub(super) struct ValueSpan {
    pub(super) range: Range<usize>,
    pub(super) form: ValueForm,
}

/// Anything longer is not a name.
const LONGEST_NAME: usize = 128;
/// How far to search for the end of a value that may not be a secret, so that each byte is read a
/// limited number of times.
const LONGEST_LIST: usize = 4096;

fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(b'\n')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn back(text: &str, mut at: usize, fits: impl Fn(u8) -> bool) -> usize {
    while at > 0 && fits(byte(text, at - 1)) {
        at -= 1;
    }
    at
}

fn on(text: &str, mut at: usize, mut fits: impl FnMut(u8) -> bool) -> usize {
    while at < text.len() && fits(byte(text, at)) {
        at += 1;
    }
    at
}

/// Whether an escaped quote or line end begins there, rather than a literal backslash.
fn is_escape(text: &str, at: usize) -> bool {
    byte(text, at) == b'\\'
        && matches!(byte(text, at + 1), b'"' | b'\'' | b'\\' | b'n' | b'r' | b't' | b'u')
}

fn line_end(text: &str, at: usize) -> usize {
    on(text, at, |byte| byte != b'\n')
}

impl<'t> NamedKey<'t> {
    /// The name before a separator; None when there is none.
    pub(super) fn before(text: &'t str, separator: usize) -> Option<Self> {
        let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'/');
        let mut end = back(text, separator, is_blank);
        if separator - end > 2 {
            return None;
        }
        let mut quoted = None;
        if end > 0 && matches!(byte(text, end - 1), b'"' | b'\'') {
            let quote = byte(text, end - 1);
            let behind = end - 1;
            end = back(text, behind, |byte| byte == b'\\');
            quoted = Some((quote, behind - end));
        }
        let floor = end.saturating_sub(LONGEST_NAME);
        let mut start = end;
        while start > floor && is_part(byte(text, start - 1)) {
            start -= 1;
        }
        let name = text.get(start..end).filter(|name| !name.is_empty())?;
        if let Some((quote, escapes)) = quoted
            && start > escapes
            && byte(text, start - 1) == quote
        {
            start -= 1 + escapes;
        }
        let margin = back(text, start, |byte| is_blank(byte) || byte == b'-');
        let begins_line = margin == 0 || byte(text, margin - 1) == b'\n';
        let before = if start == 0 { b'\n' } else { byte(text, start - 1) };
        Some(Self { name, start, separator, quoted, begins_line, before })
    }

    /// Its value; None where there is none.
    pub(super) fn value(&self, text: &str) -> Option<ValueSpan> {
        // Ruby writes `=>`.
        let first = self.separator + 1 + usize::from(byte(text, self.separator + 1) == b'>');
        let separator = byte(text, self.separator);
        let at = on(text, first, is_blank);
        if matches!(byte(text, first), b'=' | b'~' | b':') {
            return None;
        }
        if let Some((quote, escapes)) = self.quoted
            && let Some(value) = quoted(text, at, quote, escapes)
        {
            return Some(value);
        }
        let is_yaml =
            separator == b':' && self.begins_line && (at > first || byte(text, at) == b'\n');
        if is_yaml {
            return self.in_yaml(text, at);
        }
        let is_item = self.begins_line && separator == b'=' && self.name.starts_with("--");
        if is_item && is_blank(self.before) {
            return complete(at..line_end(text, at));
        }
        if matches!(byte(text, at), b'{' | b'[') {
            return list(text, at);
        }
        let escapes = on(text, at, |byte| byte == b'\\') - at;
        let quote = byte(text, at + escapes);
        if matches!(quote, b'"' | b'\'') {
            return quoted(text, at, quote, escapes);
        }
        self.as_str(text, at)
    }

    /// The lines below it that are indented further.
    pub(super) fn below(&self, text: &str) -> Option<ValueSpan> {
        self.indented(text, usize::MAX)
    }

    fn indented(&self, text: &str, limit: usize) -> Option<ValueSpan> {
        let line = back(text, self.start, |byte| byte != b'\n');
        let start = line_end(text, self.separator) + 1;
        let mut end = start;
        while end < text.len() && end - start < limit {
            let content = on(text, end, |byte| byte == b' ');
            if byte(text, content) != b'\n' && content - end <= self.start - line {
                break;
            }
            end = line_end(text, content) + 1;
        }
        let range = start..end.min(text.len());
        (!range.is_empty()).then_some(ValueSpan { range, form: ValueForm::Below })
    }

    fn in_yaml(&self, text: &str, mut at: usize) -> Option<ValueSpan> {
        if byte(text, at) == b'!' {
            at = on(text, on(text, at, |byte| !byte.is_ascii_whitespace()), is_blank);
        }
        let end = line_end(text, at);
        match byte(text, at) {
            // The entries of a mapping or list have names of their own.
            b'\n' | b'#' | b'\r' => self.indented(text, LONGEST_LIST).filter(|below| {
                let lines = text.get(below.range.clone()).unwrap_or_default();
                !lines.contains(':') && !lines.trim_start().starts_with('-')
            }),
            b'|' | b'>' => self.below(text),
            b'{' | b'[' => list(text, at),
            quote @ (b'"' | b'\'') => quoted(text, at, quote, 0),
            _ => {
                // Lines indented further continue the value.
                let more = self.indented(text, LONGEST_LIST);
                let end = more.map_or(end, |below| below.range.end);
                complete(at..end)
            }
        }
    }

    /// One word of a line.
    fn as_str(&self, text: &str, at: usize) -> Option<ValueSpan> {
        let is_param = matches!(self.before, b'?' | b'&' | b';');
        let is_member = matches!(self.before, b'{' | b',' | b'(' | b'[');
        let stops = |byte: u8| match byte {
            b'&' | b'#' => is_param,
            b',' | b'}' | b']' | b')' => is_member,
            b';' => self.before == b';',
            _ => byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<'),
        };
        let mut end = at;
        while end < text.len() && !stops(byte(text, end)) && !is_escape(text, end) {
            end += 1;
        }
        let trimmed =
            text.get(at..end).unwrap_or_default().trim_end_matches([',', ';', ')', '}', ']']);
        let range = at..at + trimmed.len();
        let separator = byte(text, self.separator);
        let is_apart = at > self.separator + 1;
        let behind = on(text, range.end, is_blank);
        let is_last = behind == range.end || byte(text, behind) == b'\n';
        let form = match is_apart {
            true if separator == b'=' && self.begins_line => ValueForm::Complete,
            true => ValueForm::InSentence { is_last },
            false => ValueForm::Complete,
        };
        (!range.is_empty()).then_some(ValueSpan { range, form })
    }
}

/// The rest of a line, white space around it not included.
pub(super) fn rest_of_line(text: &str, at: usize) -> Range<usize> {
    let at = on(text, at, |byte| is_blank(byte) || matches!(byte, b'[' | b'"' | b'\\'));
    let floor = text.len().min(at + LONGEST_LIST);
    let mut end = at;
    while end < floor && !matches!(byte(text, end), b'\n' | b'"' | b'\'' | b'\\' | b']') {
        end += 1;
    }
    at..text.floor_char_boundary(end)
}

fn complete(range: Range<usize>) -> Option<ValueSpan> {
    (!range.is_empty()).then_some(ValueSpan { range, form: ValueForm::Complete })
}

/// What is between quotes; up to the end of the text where they are not closed.
fn quoted(text: &str, at: usize, quote: u8, escapes: usize) -> Option<ValueSpan> {
    let opening = on(text, at, |byte| byte == b'\\');
    if opening - at != escapes || byte(text, opening) != quote {
        return None;
    }
    let start = opening + 1;
    let mut end = start;
    let mut slashes = 0;
    while end < text.len() {
        let here = byte(text, end);
        let closes = if escapes == 0 { slashes % 2 == 0 } else { slashes <= escapes };
        if here == quote && (closes || quote == b'\'') {
            if quote == b'\'' && byte(text, end + 1) == b'\'' && escapes == 0 {
                end += 2;
                continue;
            }
            end -= if escapes > 0 { slashes } else { 0 };
            break;
        }
        slashes = if here == b'\\' { slashes + 1 } else { 0 };
        end += 1;
    }
    complete(start..end.max(start))
}

/// From a bracket to the one that closes it, or to the end of the text.
pub(super) fn brackets(text: &str, at: usize) -> Option<ValueSpan> {
    let mut depth = 0_usize;
    let end = on(text, at, |byte| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > 0
    });
    let range = at..(end + 1).min(text.len());
    (!range.is_empty()).then_some(ValueSpan { range, form: ValueForm::Nested })
}

/// A short list of words, from its bracket on.
fn list(text: &str, at: usize) -> Option<ValueSpan> {
    let limit = text.len().min(at + LONGEST_LIST);
    let mut end = at + 1;
    while end < limit && !matches!(byte(text, end), b']' | b'{' | b'[' | b'\n') {
        end += 1;
    }
    (byte(text, at) == b'[' && byte(text, end) == b']')
        .then_some(ValueSpan { range: at..end + 1, form: ValueForm::Nested })
}
