//! Scans logs for the patterns of all rules.
//!
//! Each container has one search for the literals of the patterns that apply to it. A few literals
//! are found several times faster than the literals of all rules, and a literal that applies to
//! other containers would cost time on every match.

use std::collections::BTreeSet;
use std::io::{self, Read};

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

use super::buffer::{LogBuffer, LogChunk};
use super::hits::{HitCounter, LineHead, LineHit};
use super::literals::Literals;
use super::tail::{TailKeeper, TailSearch};
use crate::error::Error;
use crate::layout::LogFile;
use crate::model::log::{LogHits, LogPattern, LogSource};
use crate::model::log_tail::LogTail;

/// The patterns of all rules, by the logs they apply to.
#[derive(Debug)]
pub(crate) struct Scanner {
    sets: Vec<PatternSet>,
    /// The search for last words, if they are read.
    tails: Option<TailSearch>,
}

/// What was found in one log.
pub(crate) struct Scanned {
    pub(crate) hits: Vec<LogHits>,
    pub(crate) tail: Option<LogTail>,
    /// The length of the log in bytes, or why it could not be read to its end.
    pub(crate) end: io::Result<u64>,
}

/// The patterns that apply to one container.
#[derive(Debug)]
struct PatternSet {
    /// Namespace and container; an empty container stands for all containers that no pattern names.
    source: LogSource,
    /// Finds the next line that contains any of the literals. Each pattern is then matched
    /// separately, because literals may overlap and a search that reports all of them is slow.
    literals: Literals,
    patterns: Vec<CompiledPattern>,
    /// How many bytes of a line that is split between chunks are searched again, so that no literal
    /// is split.
    overlap: usize,
}

#[derive(Clone, Debug)]
struct CompiledPattern {
    pattern: &'static LogPattern,
    literal: Finder<'static>,
    regex: Option<Regex>,
}

impl Scanner {
    pub(crate) fn new(patterns: Vec<&'static LogPattern>) -> Result<Self, Error> {
        let sources: BTreeSet<_> = patterns.iter().flat_map(|pattern| pattern.sources()).collect();
        let patterns =
            patterns.into_iter().map(CompiledPattern::new).collect::<Result<Vec<_>, _>>()?;
        let sets = sources.into_iter().map(|source| PatternSet::of(source, &patterns));
        Ok(Self { sets: sets.collect::<Result<_, _>>()?, tails: None })
    }

    /// Reads the last words of the logs of containers, too.
    pub(crate) fn with_tails(self) -> Result<Self, Error> {
        Ok(Self { tails: Some(TailSearch::new()?), ..self })
    }

    /// Whether any pattern applies to that log.
    pub(crate) fn has_patterns_for(&self, log: LogFile<'_>) -> bool {
        self.set(log).is_some()
    }

    /// Whether anything is read of that log.
    pub(crate) fn reads(&self, log: LogFile<'_>) -> bool {
        self.has_tail(log) || self.has_patterns_for(log)
    }

    fn has_tail(&self, log: LogFile<'_>) -> bool {
        self.tails.is_some() && !log.pod.is_empty() && !log.is_of_node()
    }

    /// Scans one log to its end; gzip is detected and decompressed.
    pub(crate) fn scan(
        &self,
        buffer: &mut LogBuffer,
        path: &str,
        log: LogFile<'_>,
        body: &mut dyn Read,
    ) -> Scanned {
        let set = self.set(log);
        let mut keeper = self
            .tails
            .as_ref()
            .filter(|_| self.has_tail(log))
            .map(|search| TailKeeper::new(search, log.earlier));
        let mut scan = LogScan { set, number: 1, head: LineHead::Here, counters: Vec::new() };
        let mut lines = None;
        let overlap = set.map_or(0, |set| set.overlap);
        let end = buffer.for_each_chunk(body, overlap, &mut |chunk| {
            scan.chunk(chunk);
            if chunk.is_last {
                lines = keeper.take().map(|keeper| keeper.finish(chunk.bytes, scan.number));
            } else if let Some(keeper) = &mut keeper {
                let new = chunk.bytes.len().saturating_sub(chunk.repeated);
                keeper.chunk(chunk.bytes.get(..new).unwrap_or_default());
            }
        });
        let tail = lines.map(|lines| LogTail {
            path: path.into(),
            namespace: log.namespace.into(),
            pod: log.pod.into(),
            container: log.container.into(),
            earlier: log.earlier,
            lines,
        });
        let hits = scan.counters.into_iter().map(|counter| counter.finish(path, log)).collect();
        Scanned { hits, tail, end }
    }

    fn set(&self, log: LogFile<'_>) -> Option<&PatternSet> {
        let is_of = |source: LogSource, container| {
            (source.namespace, source.container) == (log.namespace, container)
        };
        let of = |container| self.sets.iter().find(|set| is_of(set.source, container));
        of(log.container).or_else(|| of(""))
    }
}

impl PatternSet {
    fn of(source: LogSource, all: &[CompiledPattern]) -> Result<Self, Error> {
        let applies =
            |it: &&CompiledPattern| it.pattern.applies_to(source.namespace, source.container);
        let patterns: Vec<_> = all.iter().filter(applies).cloned().collect();
        let literals = patterns.iter().map(|it| it.pattern.literal);
        let longest = literals.clone().map(str::len).max().unwrap_or(0);
        let literals = Literals::new(literals.collect())?;
        Ok(Self { source, literals, patterns, overlap: longest.saturating_sub(1) })
    }
}

impl CompiledPattern {
    fn new(pattern: &'static LogPattern) -> Result<Self, Error> {
        let compile = |regex| RegexBuilder::new(regex).unicode(false).build();
        let regex = pattern.regex.map(compile).transpose();
        let regex = regex.map_err(|e| Error::Patterns(e.to_string()))?;
        Ok(Self { pattern, literal: Finder::new(pattern.literal), regex })
    }

    fn matches(&self, line: &[u8]) -> bool {
        self.literal.find(line).is_some()
            && self.regex.as_ref().is_none_or(|regex| regex.is_match(line))
    }
}

/// The state of scanning one log.
struct LogScan<'s> {
    set: Option<&'s PatternSet>,
    /// The number of the first line of the next chunk.
    number: u64,
    /// Where the beginning of that line is.
    head: LineHead,
    counters: Vec<HitCounter>,
}

impl LogScan<'_> {
    fn chunk(&mut self, chunk: LogChunk<'_>) {
        let bytes = chunk.bytes;
        let mut counted = 0;
        // The offset of the next line.
        let mut at = 0;
        while let Some(set) = self.set
            && let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty())
            && let Some(hit) = set.literals.find(rest)
        {
            let (before, after) = rest.split_at(hit);
            let start = at + memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
            let end = at + hit + memchr::memchr(b'\n', after).unwrap_or(after.len());
            let line = bytes.get(start..end).unwrap_or_default();
            self.number += newlines(bytes.get(counted..start));
            counted = start;
            let head = if start == 0 { self.head } else { LineHead::Here };
            let is_split = chunk.is_split && end == bytes.len();
            self.record(set, LineHit { number: self.number, text: line, head, is_split });
            at = end + 1;
        }
        self.number += newlines(bytes.get(counted..));
        self.head =
            if chunk.is_split { LineHead::Before(self.head.time(bytes)) } else { LineHead::Here };
    }

    fn record(&mut self, set: &PatternSet, hit: LineHit<'_>) {
        for compiled in set.patterns.iter().filter(|it| it.matches(hit.text)) {
            HitCounter::record(&mut self.counters, compiled.pattern, hit);
        }
    }
}

fn newlines(bytes: Option<&[u8]>) -> u64 {
    memchr::memchr_iter(b'\n', bytes.unwrap_or_default()).count() as u64
}
