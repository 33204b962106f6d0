//! The next place where one of some literals stands.
//!
//! Vector instructions find a handful of literals at memory speed, and an automaton finds any
//! number of them at a fifth of that. The automaton's own shortcuts are off: they skip to the
//! bytes that literals begin with, and in logs those are everywhere.

use aho_corasick::{AhoCorasick, AhoCorasickKind, packed};
use memchr::memmem::Finder;

use crate::error::Error;

#[derive(Debug)]
pub(super) enum Literals {
    One(Finder<'static>),
    Few(packed::Searcher),
    Many(AhoCorasick),
}

impl Literals {
    pub(super) fn new(mut literals: Vec<&'static str>) -> Result<Self, Error> {
        literals.sort_unstable();
        literals.dedup();
        if let [literal] = *literals {
            return Ok(Self::One(Finder::new(literal)));
        }
        if let Some(few) = packed::Searcher::new(&literals) {
            return Ok(Self::Few(few));
        }
        Self::many(&literals)
    }

    /// Where the processor has no such instructions, and for more literals than they can take.
    pub(super) fn many(literals: &[&'static str]) -> Result<Self, Error> {
        let mut builder = AhoCorasick::builder();
        let automaton = builder.kind(Some(AhoCorasickKind::DFA)).prefilter(false).build(literals);
        automaton.map(Self::Many).map_err(|e| Error::Patterns(e.to_string()))
    }

    /// Some byte of the first literal in `bytes`; of literals that overlap it may be any.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::One(finder) => finder.find(bytes),
            Self::Few(searcher) => searcher.find(bytes).map(|hit| hit.start()),
            Self::Many(automaton) => automaton.find(bytes).map(|hit| hit.start()),
        }
    }
}
