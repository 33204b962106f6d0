//! The state of the block reader, and questions about the bytes at its position.
//!
//! Open collections are on a stack with their column. `pending_value` is the state between a key (or
//! dash) and its value.

use std::collections::BTreeMap;

use super::super::error::Stop;
use super::super::skip::{PruneLevel, Skip};
use super::super::tape::Tape;
use super::bytes::{is_blank, is_separator};

/// How many nodes aliases may add to one text.
const ALIAS_BUDGET: usize = 1_000_000;

/// What the line at the reader's position is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// A line with content; the position is its first byte.
    Content,
    /// A line that begins or ends a document.
    Marker,
    /// The end of the text.
    End,
}

/// A collection in block style that is still open.
#[derive(Clone, Copy)]
pub(super) struct OpenCollection {
    pub(super) node: u32,
    pub(super) column: usize,
    pub(super) is_mapping: bool,
    pub(super) level: PruneLevel,
}

/// The state of the pass; `tape` holds what it has read.
pub(crate) struct BlockReader<'t> {
    pub(super) bytes: &'t [u8],
    pub(crate) tape: Tape,
    pub(crate) pos: usize,
    pub(super) line_kind: LineKind,
    /// The start of the line that `pos` is on.
    pub(super) line: usize,
    /// True if there was a comment between the last content and this one.
    pub(super) passed_comment: bool,
    pub(super) open_collections: Vec<OpenCollection>,
    /// The position of the value that is expected next, in case it is absent.
    pub(super) pending_value: Option<usize>,
    /// An anchor whose node is on one of the next lines.
    pub(super) anchor: Option<&'t [u8]>,
    pub(super) anchors: BTreeMap<&'t [u8], u32>,
    pub(super) alias_budget: usize,
    pub(crate) skip: &'t Skip,
    /// The level of the next collection for pruning.
    pub(super) level: PruneLevel,
    /// True if something in this document was skipped.
    pub(crate) has_skipped: bool,
}

impl<'t> BlockReader<'t> {
    pub(crate) fn new(bytes: &'t [u8], start: usize, tape: Tape, skip: &'t Skip) -> Self {
        Self {
            bytes,
            tape,
            pos: start,
            line_kind: LineKind::Content,
            line: start,
            passed_comment: false,
            open_collections: Vec::new(),
            pending_value: None,
            anchor: None,
            anchors: BTreeMap::new(),
            alias_budget: ALIAS_BUDGET,
            skip,
            level: PruneLevel::DOCUMENT,
            has_skipped: false,
        }
    }

    /// Stops where there are too many nodes.
    pub(super) fn check_node_limit(&self) -> Result<(), Stop> {
        if self.tape.is_full() { Err(Stop::TooMany { offset: self.pos }) } else { Ok(()) }
    }

    /// The lowest column that content of the innermost collection can have.
    pub(super) fn min_column(&self) -> usize {
        self.open_collections.last().map_or(0, |top| top.column + 1)
    }

    pub(super) fn column(&self) -> usize {
        self.pos - self.line
    }

    /// The byte at an offset; a line end beyond the end of the text.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    pub(super) fn skip_spaces(&self, mut at: usize) -> usize {
        while self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        at
    }

    pub(super) fn skip_blanks(&self, mut at: usize) -> usize {
        while self.bytes.get(at).is_some_and(|&byte| is_blank(byte)) {
            at += 1;
        }
        at
    }

    /// The end of the text between `start` and `end` without trailing white space.
    pub(super) fn trim(&self, start: usize, mut end: usize) -> usize {
        while end > start && matches!(self.byte(end - 1), b' ' | b'\t' | b'\r') {
            end -= 1;
        }
        end
    }

    pub(super) fn is_rest_empty(&self) -> bool {
        matches!(self.byte(self.pos), b'\n' | b'\r' | b'#')
    }

    /// True if a colon at this offset separates a key from its value.
    pub(super) fn is_colon(&self, at: usize) -> bool {
        self.byte(at) == b':' && is_separator(self.byte(at + 1))
    }

    /// True if this indicator is at the position, followed by white space.
    pub(super) fn is_indicator(&self, indicator: u8) -> bool {
        self.byte(self.pos) == indicator && is_separator(self.byte(self.pos + 1))
    }

    /// True if a plain scalar can start here; `-`, `?` and `:` only if text follows.
    ///
    /// `***HIDDEN***`, which the redactor of Replicated's support bundles writes, is text too, although
    /// every YAML library takes it for a broken alias.
    pub(super) fn is_plain_start(&self) -> bool {
        match self.byte(self.pos) {
            b'*' => self.bytes.get(self.pos..).is_some_and(|rest| rest.starts_with(b"***")),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'!' | b'|' | b'>' | b'\'' | b'"'
            | b'%' | b'@' | b'`' | b'\n' | b'\r' | b'\t' | b' ' => false,
            _ => true,
        }
    }

    pub(super) fn is_any_indicator(&self) -> bool {
        matches!(self.byte(self.pos), b'-' | b'?' | b':') && is_separator(self.byte(self.pos + 1))
    }

    pub(super) fn outside(&self, what: &'static str) -> Stop {
        Stop::Outside { what, offset: self.pos }
    }
}
