//! Finds the end of literal and folded block scalars (`|` and `>`) and decodes them.
//!
//! Both follow libyaml, as Go's YAML is written for the same parser: the first content line sets
//! the indentation, an indicator overrides it, and a folded line that starts with white space
//! keeps its line ends.

use std::borrow::Cow;

use memchr::memchr;

use super::error::Stop;
use super::tape::TreeNode;

/// A block scalar that was scanned.
#[derive(Clone, Copy)]
pub(super) struct BlockScalar {
    /// The end of its content: of its last line, or with `+` of the empty lines that follow.
    pub(super) end: usize,
    pub(super) indent: u16,
    /// The start of the first line after it.
    pub(super) next_line: usize,
}

/// Scans the block scalar at `start`, whose content is indented by at least `floor` columns.
pub(super) fn scan(bytes: &[u8], start: usize, floor: usize) -> Result<BlockScalar, Stop> {
    let header = line_at(bytes, start);
    let indicators = Indicators::read(header)
        .ok_or(Stop::Outside { what: "malformed block scalar header", offset: start })?;
    let first = start + header.len() + 1;
    let indent = match indicators.indent {
        Some(more) => floor.saturating_sub(1) + more,
        None => detect_indent(bytes, first)?.max(floor).max(1),
    };
    let narrow = u16::try_from(indent)
        .map_err(|_| Stop::Outside { what: "block scalar is indented too far", offset: start })?;

    let mut end = start + trim_cr(header).len();
    let mut line = first;
    while line < bytes.len() {
        let spaces = leading_spaces(bytes, line, indent);
        let at = line + spaces;
        match bytes.get(at) {
            None => break,
            Some(b'\n') => line = at + 1,
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => line = at + 2,
            Some(b'\t') if spaces < indent => {
                return Err(Stop::Outside { what: "tab in indentation", offset: at });
            }
            Some(_) if spaces < indent => break,
            Some(_) => {
                let content = line_at(bytes, at);
                end = at + trim_cr(content).len();
                line = at + content.len() + 1;
            }
        }
    }
    let line = line.min(bytes.len());
    let end = if indicators.chomping == Chomping::Keep { line.max(end) } else { end };
    Ok(BlockScalar { end, indent: narrow, next_line: line })
}

/// The decoded text of a block scalar.
pub(super) fn decode(text: &str, node: TreeNode) -> Cow<'_, str> {
    let raw = text.get(node.span()).unwrap_or_default();
    let Some((header, body)) = raw.split_once('\n') else { return Cow::Borrowed("") };
    let indent = usize::from(node.indent);
    let chomping = Indicators::read(header.as_bytes()).map_or(Chomping::Clip, |it| it.chomping);
    let following = text.get(node.span().end..).unwrap_or_default();
    let ends_with_break = chomping == Chomping::Clip && following.starts_with(['\n', '\r']);

    if chomping != Chomping::Keep && memchr(b'\n', body.as_bytes()).is_none() {
        let line = strip(body, indent);
        if !ends_with_break {
            return Cow::Borrowed(line);
        }
        if following.starts_with('\n') {
            let start = node.span().end.saturating_sub(line.len());
            return Cow::Borrowed(text.get(start..=node.span().end).unwrap_or_default());
        }
    }
    let mut out = if header.starts_with('>') {
        folded(body, indent, chomping == Chomping::Keep)
    } else {
        literal(body, indent)
    };
    if ends_with_break {
        out.push('\n');
    }
    Cow::Owned(out)
}

/// What is done with the line ends after the content.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// One is kept.
    Clip,
    /// `-`: none is kept.
    Strip,
    /// `+`: all are kept.
    Keep,
}

/// The indicators in a header line after its `|` or `>`.
#[derive(Clone, Copy)]
struct Indicators {
    chomping: Chomping,
    indent: Option<usize>,
}

impl Indicators {
    fn read(header: &[u8]) -> Option<Self> {
        let mut found = Self { chomping: Chomping::Clip, indent: None };
        let mut rest = header.get(1..)?;
        while let [first, after @ ..] = rest {
            match first {
                b'-' | b'+' if found.chomping == Chomping::Clip => {
                    found.chomping = if *first == b'-' { Chomping::Strip } else { Chomping::Keep };
                }
                b'1'..=b'9' if found.indent.is_none() => {
                    found.indent = Some(usize::from(first - b'0'));
                }
                b' ' | b'\t' | b'\r' => break,
                _ => return None,
            }
            rest = after;
        }
        let comment = rest.trim_ascii_start();
        (comment.is_empty() || comment.starts_with(b"#")).then_some(found)
    }
}

/// The largest indentation up to the first content; libyaml counts empty lines too.
fn detect_indent(bytes: &[u8], first: usize) -> Result<usize, Stop> {
    let mut widest = 0;
    let mut line = first;
    loop {
        let spaces = leading_spaces(bytes, line, usize::MAX);
        let at = line + spaces;
        widest = widest.max(spaces);
        match bytes.get(at) {
            Some(b'\n') => line = at + 1,
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => line = at + 2,
            Some(b'\t') => {
                return Err(Stop::Outside { what: "tab in indentation", offset: at });
            }
            _ => return Ok(widest),
        }
    }
}

fn literal(body: &str, indent: usize) -> String {
    let mut out = String::with_capacity(body.len());
    for (number, line) in body.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out.push_str(strip(line, indent));
    }
    out
}

fn folded(body: &str, indent: usize, keep: bool) -> String {
    let mut out = String::with_capacity(body.len());
    let mut any_content = false;
    let mut after_blank = false;
    let mut empty_lines = 0;
    for line in body.split('\n').map(|line| strip(line, indent)) {
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        let starts_blank = line.starts_with([' ', '\t']);
        let folds = any_content && !after_blank && !starts_blank;
        if folds && empty_lines == 0 {
            out.push(' ');
        } else if any_content && !folds {
            out.push('\n');
        }
        out.extend(std::iter::repeat_n('\n', empty_lines));
        out.push_str(line);
        (any_content, after_blank, empty_lines) = (true, starts_blank, 0);
    }
    if keep {
        let breaks = if any_content { empty_lines } else { empty_lines.saturating_sub(1) };
        out.extend(std::iter::repeat_n('\n', breaks));
    }
    out
}

/// A line without its indentation and without the first half of a CRLF.
fn strip(line: &str, indent: usize) -> &str {
    let spaces = leading_spaces(line.as_bytes(), 0, indent);
    let line = line.get(spaces..).unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line)
}

/// The number of spaces at the start of a line, up to a limit.
fn leading_spaces(bytes: &[u8], line: usize, limit: usize) -> usize {
    let rest = bytes.get(line..).unwrap_or_default();
    rest.iter().take(limit).take_while(|&&byte| byte == b' ').count()
}

/// The bytes from `start` to the end of the line.
fn line_at(bytes: &[u8], start: usize) -> &[u8] {
    let rest = bytes.get(start..).unwrap_or_default();
    rest.get(..memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default()
}

fn trim_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
