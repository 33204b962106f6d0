//! Which inputs a file of `--resume` holds, and where in it their lines are.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};

use mustknow_report::jsonl::{self, ResumeMark};

/// The most bytes of a line.
const MAX_LINE: u64 = 64 << 20;
/// The most lines of a file.
const MAX_LINES: u64 = 1_000_000;

/// Why a file must not be written to.
const NOT_OURS: &str = "it contains lines that --resume did not write; name another file, which \
                        need not exist";

/// The place of a line, without its line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineSpan {
    pub(super) at: u64,
    pub(super) length: usize,
}

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct JournalIndex {
    /// The lines of each finished input, by its fingerprint.
    pub(super) finished: BTreeMap<String, Vec<LineSpan>>,
    /// The end of the last input that was written completely.
    pub(super) end: u64,
    /// Warnings for the user.
    pub(super) warnings: Vec<String>,
}

/// The lines of an input that have been read so far.
struct LineGroup {
    mark: ResumeMark,
    begin: u64,
    spans: Vec<LineSpan>,
}

/// What comes next in a file.
enum NextLine {
    End,
    Complete,
    TooLong,
    /// The file ends within the line.
    Incomplete,
}

/// Reads a file, of which the lines with this `judged_by` count.
///
/// The inner error says why the file must not be written to.
pub(super) fn read(file: &File, judged_by: &str) -> io::Result<Result<JournalIndex, String>> {
    let mut reader = BufReader::with_capacity(1 << 20, file);
    reader.rewind()?;
    let mut index = JournalIndex::default();
    let mut line = Vec::new();
    let (mut ours, mut foreign, mut first_foreign, mut lines) = (0_u64, 0_u64, 0, 0);
    let mut group: Option<LineGroup> = None;
    let mut is_incomplete = false;
    loop {
        let begin = index.end;
        let (next, length) = next_line(&mut reader, &mut line)?;
        lines += 1;
        let mark = match next {
            NextLine::End => break,
            NextLine::Incomplete => {
                if !is_beginning(&line) {
                    return Ok(Err(NOT_OURS.to_owned()));
                }
                is_incomplete = true;
                break;
            }
            NextLine::TooLong => None,
            NextLine::Complete => std::str::from_utf8(&line).ok().and_then(jsonl::mark),
        };
        if lines > MAX_LINES {
            return Ok(Err(format!("it has more than {MAX_LINES} lines; name a new file")));
        }
        index.end += length;
        let span = LineSpan { at: begin, length: line.len() };
        group = if let Some(mark) = mark.filter(is_sound) {
            ours += 1;
            extend(group, mark, span)
        } else {
            foreign += 1;
            if foreign == 1 {
                first_foreign = lines;
            }
            None
        };
        if let Some(done) = group.take_if(|group| group.spans.len() == group.mark.lines)
            && done.mark.judged_by == judged_by
        {
            index.finished.insert(done.mark.content, done.spans);
        }
    }
    if ours == 0 && foreign > 0 {
        return Ok(Err(NOT_OURS.to_owned()));
    }
    if foreign > 0 {
        let lines = if foreign == 1 { "1 line was" } else { &format!("{foreign} lines were") };
        index.warnings.push(format!(
            "{lines} not written by --resume, beginning with line {first_foreign}; ignored"
        ));
    }
    // The lines of an input are written at once, so none of them counts without the last.
    if let Some(group) = group {
        index.end = group.begin;
        is_incomplete = true;
    }
    if is_incomplete {
        let warning = "the last archive was not written completely; its lines are removed and it \
                       is scanned again";
        index.warnings.push(warning.to_owned());
    }
    Ok(Ok(index))
}

/// A number of bytes as a position in a file.
pub(super) fn number(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Reads a line; returns the number of its bytes with the line break.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<(NextLine, u64)> {
    line.clear();
    let mut length = number(reader.by_ref().take(MAX_LINE + 1).read_until(b'\n', line)?);
    if length == 0 {
        return Ok((NextLine::End, 0));
    }
    if line.pop_if(|last| *last == b'\n').is_some() {
        return Ok((NextLine::Complete, length));
    }
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok((NextLine::Incomplete, length));
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let step = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(step);
        length += number(step);
        if end.is_some() {
            return Ok((NextLine::TooLong, length));
        }
    }
}

/// Whether a line that `--resume` writes can begin like this.
fn is_beginning(line: &[u8]) -> bool {
    let ours = jsonl::beginning();
    line.starts_with(ours.as_bytes()) || ours.as_bytes().starts_with(line)
}

fn is_sound(mark: &ResumeMark) -> bool {
    (1..=mark.lines).contains(&mark.line)
}

/// The lines of an input with one more line; None if the line does not continue them.
fn extend(group: Option<LineGroup>, mark: ResumeMark, span: LineSpan) -> Option<LineGroup> {
    if mark.line == 1 {
        return Some(LineGroup { mark, begin: span.at, spans: vec![span] });
    }
    let mut group = group.filter(|group| {
        group.spans.len() + 1 == mark.line && ResumeMark { line: 1, ..mark.clone() } == group.mark
    })?;
    group.spans.push(span);
    Some(group)
}
