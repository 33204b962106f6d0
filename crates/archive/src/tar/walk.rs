//! The way through a tar, from header to header.
//!
//! A header that is damaged costs what it describes and no more: the walk looks for the next one, as GNU
//! tar does. What lay between is gone, so the end then says that the stream is truncated.

use std::ops::ControlFlow::{self, Break, Continue};
use std::{fmt, mem};

use ::tar::{GnuExtSparseHeader, GnuHeader, Header};

use super::super::ledger::Ledger;
use super::super::stream::{Part, Stream};
use super::super::words;
use super::header::{self, BLOCK, Kind};
use super::member::{Foreword, Member};
use super::pax;
use crate::limits::{EXTENSION_LIMIT, TAIL_LIMIT};

/// Hands out every entry of the tar in `stream`.
pub(in super::super) fn walk(stream: &mut Stream<'_>, ledger: &mut Ledger<'_>) {
    let mut walk = Walk { stream, ledger, place: Place::Start, after_gap: false };
    // Both outcomes have been written into the tally.
    let _ = walk.run();
}

struct Walk<'w, 's, 'v> {
    stream: &'w mut Stream<'s>,
    ledger: &'w mut Ledger<'v>,
    place: Place,
    /// The last header was found by searching.
    after_gap: bool,
}

/// Where a walk is, for a complaint.
enum Place {
    Start,
    In(Vec<u8>),
    After(Vec<u8>),
}

enum Block {
    Header(Box<Header>),
    /// A block of zeros: the end mark.
    Mark,
    /// The stream has ended before the block.
    End,
    /// The stream has ended or failed in the block.
    Cut,
    /// Something that is no header.
    Foreign,
}

impl Walk<'_, '_, '_> {
    fn run(&mut self) -> ControlFlow<()> {
        let mut foreword = Foreword::default();
        loop {
            let header = match self.block() {
                Block::Header(header) => header,
                Block::Mark => return self.finish(),
                // Some writers leave the end mark out; nothing is missing then.
                Block::End if foreword.is_empty() => return Break(()),
                Block::End | Block::Cut => return self.break_off(),
                Block::Foreign => {
                    foreword = Foreword::default();
                    self.search()?
                }
            };
            if let Err(why) = self.ledger.admit() {
                self.ledger.cut(why);
                return Break(());
            }
            self.member(&header, &mut foreword)?;
        }
    }

    fn block(&mut self) -> Block {
        let mut header = Box::new(Header::new_old());
        let read = self.stream.fill(header.as_mut_bytes());
        if read < header.as_bytes().len() {
            return if read == 0 && !self.stream.has_failed() { Block::End } else { Block::Cut };
        }
        if header.as_bytes().iter().all(|byte| *byte == 0) {
            Block::Mark
        } else if header::is_valid(&header) {
            Block::Header(header)
        } else {
            Block::Foreign
        }
    }

    /// Looks for the next header behind a damaged one.
    fn search(&mut self) -> ControlFlow<(), Box<Header>> {
        let why = format!("a header {} is damaged and what it describes is lost", self.place);
        self.ledger.cut(why);
        self.after_gap = true;
        loop {
            match self.block() {
                Block::Header(header) if header::has_magic(&header) => return Continue(header),
                Block::End | Block::Cut => {
                    if self.stream.has_failed() {
                        self.break_off()?;
                    }
                    return Break(());
                }
                Block::Header(_) | Block::Mark | Block::Foreign => {}
            }
        }
    }

    fn member(&mut self, header: &Header, foreword: &mut Foreword) -> ControlFlow<()> {
        let size = header::length(header).unwrap_or(0);
        match header::kind(header) {
            Kind::LongName => {
                let mut name = self.extension(size)?;
                let end = memchr::memchr(0, &name).unwrap_or(name.len());
                name.truncate(end);
                foreword.long_name = Some(name);
            }
            Kind::Pax => {
                foreword.pax = pax::parse(&self.extension(size)?);
                foreword.malformed |= foreword.pax.is_none();
            }
            Kind::Remark => self.pass(size, size)?,
            Kind::Sparse => {
                self.further_headers(header)?;
                self.described(header, mem::take(foreword))?;
            }
            Kind::File | Kind::Directory | Kind::Special(_) | Kind::Unknown => {
                self.described(header, mem::take(foreword))?;
            }
        }
        Continue(())
    }

    /// Reads a header's extension, which must be short.
    fn extension(&mut self, size: u64) -> ControlFlow<(), Vec<u8>> {
        let length = match usize::try_from(size) {
            Ok(length) if size <= EXTENSION_LIMIT => length,
            _ => {
                let place = &self.place;
                let why = format!(
                    "a header {place} has an extension of {size} bytes: the rest is not read"
                );
                self.ledger.cut(why);
                return Break(());
            }
        };
        let mut bytes = vec![0; length];
        if self.stream.fill(&mut bytes) < length {
            self.break_off()?;
        }
        self.pass(0, size)?;
        Continue(bytes)
    }

    /// Skips the further headers of a sparse file; each says whether one more follows.
    fn further_headers(&mut self, header: &Header) -> ControlFlow<()> {
        let mut more = header.as_gnu().is_some_and(GnuHeader::is_extended);
        while more {
            let mut further = GnuExtSparseHeader::new();
            if self.stream.fill(further.as_mut_bytes()) < further.as_bytes().len() {
                return self.break_off();
            }
            more = further.is_extended();
        }
        Continue(())
    }

    fn described(&mut self, header: &Header, foreword: Foreword) -> ControlFlow<()> {
        let after_gap = mem::take(&mut self.after_gap);
        let Member { kind, name, size, path } = Member::new(header, foreword, after_gap);
        match (kind, path) {
            (Kind::Directory, _) => {}
            (_, Err(why)) => self.ledger.damage(&words::of_name(&name), why),
            (Kind::Special(what), Ok(path)) => self.ledger.other(path, what),
            (Kind::File, Ok(path)) => {
                self.place = Place::In(name);
                return self.file(path, size);
            }
            (_, Ok(path)) => self.ledger.other(path, "member of an unknown type"),
        }
        self.ledger.flow()?;
        self.place = Place::In(name);
        self.leave(size, size)
    }

    fn file(&mut self, path: String, size: u64) -> ControlFlow<()> {
        let before = self.stream.passed();
        let mut part = Part::new(self.stream, size);
        let was_opened = self.ledger.file(path, Some(size), &mut part);
        let flow = self.ledger.flow();
        let (left, is_broken) = (part.left(), part.is_broken());
        // Whoever stops at a break must still hear of it.
        let left_behind =
            if flow.is_continue() || is_broken { self.leave(left, size) } else { Break(()) };
        if !was_opened {
            self.ledger.passed(size.min(self.stream.passed() - before));
        }
        left_behind?;
        flow
    }

    /// Passes over what is left of a member and remembers that the walk has come behind it.
    fn leave(&mut self, left: u64, size: u64) -> ControlFlow<()> {
        self.pass(left, size)?;
        if let Place::In(name) = mem::replace(&mut self.place, Place::Start) {
            self.place = Place::After(name);
        }
        Continue(())
    }

    /// Passes over the last `left` bytes of a body of `size` bytes and over its padding.
    fn pass(&mut self, left: u64, size: u64) -> ControlFlow<()> {
        let padding = (BLOCK - size % BLOCK) % BLOCK;
        if self.stream.skip(left) < left || self.stream.skip(padding) < padding {
            return self.break_off();
        }
        Continue(())
    }

    /// Reads on behind the end mark, where the checksum of a compression stands.
    ///
    /// Nothing is missing if that fails. What follows the mark otherwise is padding or of no concern.
    fn finish(&mut self) -> ControlFlow<()> {
        self.stream.skip(TAIL_LIMIT);
        if self.stream.has_failed() {
            self.ledger.scratch(self.stream.complain("after its last entry"));
        }
        Break(())
    }

    fn break_off(&mut self) -> ControlFlow<()> {
        self.ledger.cut(self.stream.complain(&self.place.to_string()));
        Break(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("before its first entry"),
            Self::In(name) => write!(f, "in entry {}", words::of_name(name)),
            Self::After(name) => write!(f, "after entry {}", words::of_name(name)),
        }
    }
}
