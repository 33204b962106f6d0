//! Where in a file of earlier calls the lines of which input stand.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};

use mustknow_report::jsonl::{self, ResumeMark};

/// The most bytes of one line.
const LONGEST: u64 = 64 << 20;
/// The most lines of a file.
const LINES: u64 = 1_000_000;

/// Where a line stands, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) at: u64,
    pub(super) length: usize,
}

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// The lines of each input that is done, by what is in it.
    pub(super) known: BTreeMap<String, Vec<Span>>,
    /// Where what was written whole ends.
    pub(super) end: u64,
    /// What the user is to know.
    pub(super) notes: Vec<String>,
}

/// The lines of an input as far as they were met.
struct Group {
    mark: ResumeMark,
    begin: u64,
    spans: Vec<Span>,
}

/// One step along the lines.
enum Next {
    End,
    Line,
    /// So many bytes that nobody reads them.
    TooLong,
    /// It has no end.
    Torn,
}

/// Reads a file whose lines of `judged_by` count; or says why it is not to be written to.
pub(super) fn read(file: &File, judged_by: &str) -> io::Result<Result<Index, String>> {
    let mut reader = BufReader::with_capacity(1 << 20, file);
    reader.rewind()?;
    let mut index = Index::default();
    let mut line = Vec::new();
    let (mut ours, mut foreign, mut first_foreign, mut lines) = (0_u64, 0_u64, 0, 0);
    let mut group: Option<Group> = None;
    let mut is_torn = false;
    loop {
        let begin = index.end;
        let (next, length) = next(&mut reader, &mut line)?;
        lines += 1;
        let mark = match next {
            Next::End => break,
            Next::Torn => {
                if !is_beginning(&line) {
                    return Ok(Err(NOT_OURS.to_owned()));
                }
                is_torn = true;
                break;
            }
            Next::TooLong => None,
            Next::Line => std::str::from_utf8(&line).ok().and_then(jsonl::mark),
        };
        if lines > LINES {
            return Ok(Err(format!("it has more than {LINES} lines: name a new file")));
        }
        index.end += length;
        let span = Span { at: begin, length: line.len() };
        group = if let Some(mark) = mark.filter(is_sound) {
            ours += 1;
            go_on(group, mark, span)
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
            index.known.insert(done.mark.content, done.spans);
        }
    }
    if ours == 0 && foreign > 0 {
        return Ok(Err(NOT_OURS.to_owned()));
    }
    if foreign > 0 {
        let lines = if foreign == 1 { "1 line is" } else { &format!("{foreign} lines are") };
        let why = "not of the form that --resume writes";
        index.notes.push(format!("{lines} {why}, the first is line {first_foreign}: passed over"));
    }
    // Of an input with several lines all are written at once, so that none counts without the last.
    if let Some(group) = group {
        index.end = group.begin;
        is_torn = true;
    }
    if is_torn {
        let why =
            "the last line was not written to its end and is cut off: its archive is read again";
        index.notes.push(why.to_owned());
    }
    Ok(Ok(index))
}

/// Why a file is not written to.
const NOT_OURS: &str = "it holds something else than the lines that --resume writes: name another \
                        file, which need not exist";

/// A number of bytes as a place in a file.
pub(super) fn number(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Reads a line and says how many bytes it has with its end.
fn next(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<(Next, u64)> {
    line.clear();
    let mut length = number(reader.by_ref().take(LONGEST + 1).read_until(b'\n', line)?);
    if length == 0 {
        return Ok((Next::End, 0));
    }
    if line.pop_if(|last| *last == b'\n').is_some() {
        return Ok((Next::Line, length));
    }
    loop {
        let seen = reader.fill_buf()?;
        if seen.is_empty() {
            return Ok((Next::Torn, length));
        }
        let end = seen.iter().position(|byte| *byte == b'\n');
        let step = end.map_or(seen.len(), |end| end + 1);
        reader.consume(step);
        length += number(step);
        if end.is_some() {
            return Ok((Next::TooLong, length));
        }
    }
}

/// Whether a line of ours may begin so.
fn is_beginning(line: &[u8]) -> bool {
    let ours = jsonl::beginning();
    line.starts_with(ours.as_bytes()) || ours.as_bytes().starts_with(line)
}

fn is_sound(mark: &ResumeMark) -> bool {
    (1..=mark.lines).contains(&mark.line)
}

/// The group to which the line of a mark belongs.
fn go_on(group: Option<Group>, mark: ResumeMark, span: Span) -> Option<Group> {
    if mark.line == 1 {
        return Some(Group { mark, begin: span.at, spans: vec![span] });
    }
    let mut group = group.filter(|group| {
        group.spans.len() + 1 == mark.line && ResumeMark { line: 1, ..mark.clone() } == group.mark
    })?;
    group.spans.push(span);
    Some(group)
}
