//! Finds the lines that some rule asked for in the logs that pass.
//!
//! Each container has one search for the literals of all patterns that read it: a handful of
//! literals is found several times faster than those of all rules, and a literal that belongs
//! elsewhere would cost a line each time it hits.

use std::collections::BTreeSet;
use std::io::{self, Read};

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

use super::hits::{Head, Hit, HitCounter};
use super::literals::Literals;
use super::scratch::{Scratch, Window};
use crate::error::Error;
use crate::layout::LogFile;
use crate::model::log::{LogHits, LogPattern};

/// The patterns of all rules, by the logs they read.
#[derive(Debug)]
pub(crate) struct Scanner {
    sets: Vec<Set>,
}

/// The patterns that read one log.
#[derive(Debug)]
struct Set {
    /// Namespace and container; no container stands for all that no pattern names.
    place: (&'static str, &'static str),
    /// Finds the next line that holds any of the literals. Which of them it holds is asked of
    /// each: literals may overlap, and a search that names them all is slow.
    literals: Literals,
    searches: Vec<Search>,
    /// How much of a line that is cut must be looked at again, so that no literal is cut with it.
    overlap: usize,
}

#[derive(Clone, Debug)]
struct Search {
    pattern: &'static LogPattern,
    literal: Finder<'static>,
    regex: Option<Regex>,
}

impl Scanner {
    pub(crate) fn new(patterns: Vec<&'static LogPattern>) -> Result<Self, Error> {
        let places: BTreeSet<_> =
            patterns.iter().map(|pattern| (pattern.namespace, pattern.container)).collect();
        let searches = patterns.into_iter().map(Search::new).collect::<Result<Vec<_>, _>>()?;
        let sets = places.into_iter().map(|place| Set::of(place, &searches));
        Ok(Self { sets: sets.collect::<Result<_, _>>()? })
    }

    /// Whether any pattern reads that log.
    pub(crate) fn wants(&self, log: LogFile<'_>) -> bool {
        self.set(log).is_some()
    }

    /// Scans one log to its end; gzip is recognised and inflated. Answers the hits, and how many
    /// bytes the log has, or why it could not be read any further.
    pub(crate) fn scan(
        &self,
        scratch: &mut Scratch,
        path: &str,
        log: LogFile<'_>,
        body: &mut dyn Read,
    ) -> (Vec<LogHits>, io::Result<u64>) {
        let Some(set) = self.set(log) else { return (Vec::new(), Ok(0)) };
        let mut reading = Reading { set, number: 1, head: Head::Here, found: Vec::new() };
        let ended = scratch.pass(body, set.overlap, &mut |window| reading.look(window));
        (reading.found.into_iter().map(|counter| counter.finish(path, log)).collect(), ended)
    }

    fn set(&self, log: LogFile<'_>) -> Option<&Set> {
        let of = |container| self.sets.iter().find(|set| set.place == (log.namespace, container));
        of(log.container).or_else(|| of(""))
    }
}

impl Set {
    fn of(place: (&'static str, &'static str), all: &[Search]) -> Result<Self, Error> {
        let (namespace, container) = place;
        let reads = |pattern: &LogPattern| {
            pattern.namespace == namespace
                && (pattern.container.is_empty() || pattern.container == container)
        };
        let searches: Vec<_> = all.iter().filter(|s| reads(s.pattern)).cloned().collect();
        let literals = searches.iter().map(|search| search.pattern.literal);
        let longest = literals.clone().map(str::len).max().unwrap_or(0);
        let literals = Literals::new(literals.collect())?;
        Ok(Self { place, literals, searches, overlap: longest.saturating_sub(1) })
    }
}

impl Search {
    fn new(pattern: &'static LogPattern) -> Result<Self, Error> {
        let compile = |regex| RegexBuilder::new(regex).unicode(false).build();
        let regex = pattern.regex.map(compile).transpose();
        let regex = regex.map_err(|e| Error::Patterns(e.to_string()))?;
        Ok(Self { pattern, literal: Finder::new(pattern.literal), regex })
    }

    fn is_in(&self, line: &[u8]) -> bool {
        self.literal.find(line).is_some()
            && self.regex.as_ref().is_none_or(|regex| regex.is_match(line))
    }
}

/// One log while it passes.
struct Reading<'s> {
    set: &'s Set,
    /// The number of the first line of the next window.
    number: u64,
    /// Where the head of that line is.
    head: Head,
    found: Vec<HitCounter>,
}

impl Reading<'_> {
    fn look(&mut self, window: Window<'_>) {
        let bytes = window.bytes;
        let mut counted = 0;
        // Always the start of a line.
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty())
            && let Some(hit) = self.set.literals.find(rest)
        {
            let (before, after) = rest.split_at(hit);
            let start = at + memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
            let end = at + hit + memchr::memchr(b'\n', after).unwrap_or(after.len());
            let line = bytes.get(start..end).unwrap_or_default();
            self.number += newlines(bytes.get(counted..start));
            counted = start;
            let head = if start == 0 { self.head } else { Head::Here };
            self.note(Hit { number: self.number, text: line, head });
            at = end + 1;
        }
        self.number += newlines(bytes.get(counted..));
        self.head = if window.is_cut { Head::Before(self.head.time(bytes)) } else { Head::Here };
    }

    fn note(&mut self, hit: Hit<'_>) {
        for search in self.set.searches.iter().filter(|search| search.is_in(hit.text)) {
            HitCounter::note(&mut self.found, search.pattern, hit);
        }
    }
}

fn newlines(bytes: Option<&[u8]>) -> u64 {
    memchr::memchr_iter(b'\n', bytes.unwrap_or_default()).count() as u64
}
