//! Lines of container and node logs that some rule asked for.
//!
//! A log is scanned once, chunk by chunk, with one automaton for the literals of all rules; a line
//! and its time are looked up only where a literal hits, and the log itself is not kept.

use std::io::{self, BufRead, BufReader, Read};

use aho_corasick::AhoCorasick;

use crate::error::Error;
use crate::layout::LogFile;
use crate::time::{self, Time};

/// How much of a line is kept.
const LINE_KEPT: usize = 4096;
/// How much of a log is looked at in one go; a longer line is cut here.
const CHUNK: usize = 1 << 20;

/// What a rule looks for in logs.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogPattern {
    /// The words, as they stand in the line.
    pub literal: &'static str,
    /// Only in pods of this namespace; empty for the journals of node services.
    pub namespace: &'static str,
    /// Only in containers of this name; empty for every container.
    pub container: &'static str,
}

impl LogPattern {
    fn reads(&self, log: LogFile<'_>) -> bool {
        self.namespace == log.namespace
            && (self.container.is_empty() || self.container == log.container)
    }
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Counted from 1.
    pub number: u64,
    /// The line without its end; long lines are cut.
    pub text: String,
    /// The time at its head.
    pub time: Option<Time>,
}

/// The hits of one pattern in one log.
#[derive(Clone, Debug)]
pub struct LogHits {
    /// What was looked for.
    pub pattern: &'static LogPattern,
    /// The log's path inside the archive.
    pub path: Box<str>,
    /// The pod, or the node role for a node service.
    pub pod: Box<str>,
    /// The container, or the node service.
    pub container: Box<str>,
    /// How many lines hit.
    pub count: u64,
    /// The first of them.
    pub first: LogLine,
    /// The last of them; the same line when there is one only.
    pub last: LogLine,
}

/// One automaton for the literals of all patterns.
#[derive(Debug)]
pub(crate) struct Scanner {
    automaton: Option<AhoCorasick>,
    patterns: Vec<&'static LogPattern>,
}

impl Scanner {
    pub(crate) fn new(patterns: Vec<&'static LogPattern>) -> Result<Self, Error> {
        let automaton = if patterns.is_empty() {
            None
        } else {
            let literals = patterns.iter().map(|pattern| pattern.literal);
            Some(AhoCorasick::new(literals).map_err(|e| Error::Patterns(e.to_string()))?)
        };
        Ok(Self { automaton, patterns })
    }

    /// Whether any pattern reads that log.
    pub(crate) fn wants(&self, log: LogFile<'_>) -> bool {
        self.patterns.iter().any(|pattern| pattern.reads(log))
    }

    /// Scans one log to its end; gzip is recognised and inflated.
    pub(crate) fn scan(
        &self,
        path: &str,
        log: LogFile<'_>,
        body: &mut dyn Read,
    ) -> (Vec<LogHits>, io::Result<()>) {
        let mut hits = Vec::new();
        let mut body = BufReader::with_capacity(64 << 10, body);
        let zipped = body.fill_buf().is_ok_and(|head| head.starts_with(&[0x1f, 0x8b]));
        let ended = if zipped {
            self.scan_plain(path, log, &mut flate2::bufread::MultiGzDecoder::new(body), &mut hits)
        } else {
            self.scan_plain(path, log, &mut body, &mut hits)
        };
        (hits, ended)
    }

    fn scan_plain(
        &self,
        path: &str,
        log: LogFile<'_>,
        body: &mut dyn Read,
        hits: &mut Vec<LogHits>,
    ) -> io::Result<()> {
        let mut chunk: Vec<u8> = Vec::with_capacity(CHUNK);
        let mut line = 1;
        loop {
            let room = CHUNK.saturating_sub(chunk.len()) as u64;
            let read = (&mut *body).take(room).read_to_end(&mut chunk);
            let is_end = !matches!(read, Ok(n) if n > 0);
            let whole = match memchr::memrchr(b'\n', &chunk) {
                Some(last) if !is_end => last + 1,
                _ => chunk.len(),
            };
            let (lines, _) = chunk.split_at(whole);
            line = self.scan_lines(path, log, lines, line, hits);
            chunk.drain(..whole);
            if is_end {
                return read.map(|_| ());
            }
        }
    }

    /// Scans whole lines, the first of which has the number `line`; answers the next number.
    fn scan_lines(
        &self,
        path: &str,
        log: LogFile<'_>,
        lines: &[u8],
        mut line: u64,
        hits: &mut Vec<LogHits>,
    ) -> u64 {
        let mut counted = 0;
        for hit in self.automaton.iter().flat_map(|automaton| automaton.find_iter(lines)) {
            let Some(&pattern) = self.patterns.get(hit.pattern().as_usize()) else { continue };
            if !pattern.reads(log) {
                continue;
            }
            let (before, after) = lines.split_at(hit.start());
            let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
            let end =
                memchr::memchr(b'\n', after).map_or(lines.len(), |length| hit.start() + length);
            line += newlines(lines.get(counted..start));
            counted = counted.max(start);
            let text = lines.get(start..end).unwrap_or_default();
            note(hits, pattern, path, log, LogLine::new(line, text));
        }
        line + newlines(lines.get(counted..))
    }
}

fn newlines(bytes: Option<&[u8]>) -> u64 {
    memchr::memchr_iter(b'\n', bytes.unwrap_or_default()).count() as u64
}

fn note(
    hits: &mut Vec<LogHits>,
    pattern: &'static LogPattern,
    path: &str,
    log: LogFile<'_>,
    line: LogLine,
) {
    match hits.iter_mut().find(|known| std::ptr::eq(known.pattern, pattern)) {
        // Two hits in one line are one line.
        Some(known) if known.last.number == line.number => {}
        Some(known) => {
            known.count += 1;
            known.last = line;
        }
        None => hits.push(LogHits {
            pattern,
            path: path.into(),
            pod: log.pod.into(),
            container: log.container.into(),
            count: 1,
            first: line.clone(),
            last: line,
        }),
    }
}

impl LogLine {
    fn new(number: u64, bytes: &[u8]) -> Self {
        let kept = bytes.get(..LINE_KEPT).unwrap_or(bytes);
        let text = String::from_utf8_lossy(kept).trim_end_matches('\r').to_owned();
        let time = time::line_head(&text);
        Self { number, text, time }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SLOW: LogPattern =
        LogPattern { literal: "slow fdatasync", namespace: "openshift-etcd", container: "etcd" };
    const ETCD: LogFile<'static> =
        LogFile { namespace: "openshift-etcd", pod: "etcd-a", container: "etcd", earlier: false };

    fn scan(body: &[u8]) -> Vec<LogHits> {
        let scanner = Scanner::new(vec![&SLOW]).unwrap();
        let (hits, ended) = scanner.scan("x.log", ETCD, &mut &*body);
        ended.unwrap();
        hits
    }

    #[test]
    fn counts_the_lines_and_keeps_the_first_and_the_last() {
        let hits = scan(
            b"2024-10-28T10:00:00Z a\n2024-10-28T10:00:01Z slow fdatasync 1 slow fdatasync\nb\n\
              2024-10-28T10:00:02.5Z slow fdatasync 2",
        );
        assert_eq!(hits.len(), 1);
        assert_eq!((hits[0].count, hits[0].first.number, hits[0].last.number), (2, 2, 4));
        assert_eq!(hits[0].last.time, time::rfc3339("2024-10-28T10:00:02.5Z"));
    }

    #[test]
    fn line_numbers_hold_across_chunks_and_bytes_that_are_no_text() {
        let mut body = Vec::new();
        while body.len() < 3 * CHUNK {
            body.extend_from_slice(b"\xff\xfe nothing here\n");
        }
        let before = newlines(Some(&body));
        body.extend_from_slice(b"slow fdatasync\n");
        let hits = scan(&body);
        assert_eq!(hits[0].first.number, before + 1);
    }

    #[test]
    fn a_line_without_end_is_cut_and_not_kept_whole() {
        let mut body = b"slow fdatasync ".to_vec();
        body.resize(5 * CHUNK, b'x');
        let hits = scan(&body);
        assert_eq!(hits[0].count, 1);
        assert!(hits[0].first.text.len() <= LINE_KEPT);
    }

    #[test]
    fn a_rotated_log_may_be_gzip() {
        use std::io::Write;
        let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zip.write_all(b"a\nslow fdatasync\n").unwrap();
        assert_eq!(scan(&zip.finish().unwrap())[0].first.number, 2);
    }

    #[test]
    fn other_containers_are_not_read() {
        let scanner = Scanner::new(vec![&SLOW]).unwrap();
        assert!(!scanner.wants(LogFile { container: "etcdctl", ..ETCD }));
        assert!(scanner.wants(ETCD));
    }
}
