//! Searches for the next occurrence of one of several literals.
//!
//! Vector instructions find a few literals at memory speed; an automaton finds any number of
//! literals at a fifth of that speed. The prefilter of the automaton is off: it skips to bytes with
//! which literals begin, and these bytes are frequent in logs.

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

    /// For processors without these instructions, and for more literals than they support.
    pub(super) fn many(literals: &[&'static str]) -> Result<Self, Error> {
        let mut builder = AhoCorasick::builder();
        let automaton = builder.kind(Some(AhoCorasickKind::DFA)).prefilter(false).build(literals);
        automaton.map(Self::Many).map_err(|e| Error::Patterns(e.to_string()))
    }

    /// The offset of the first literal in `bytes`; of overlapping literals it may be any.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::One(finder) => finder.find(bytes),
            Self::Few(searcher) => searcher.find(bytes).map(|found| found.start()),
            Self::Many(automaton) => automaton.find(bytes).map(|found| found.start()),
        }
    }
}
