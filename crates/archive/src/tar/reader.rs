//! Moves through a tar from header to header.
//!
//! A damaged header loses only its own entry: the reader searches for the next header, as GNU tar does.
//! What is between them is lost, so the end then reports that the stream is truncated.

use std::mem;
use std::ops::ControlFlow::{self, Break, Continue};

use ::tar::{GnuExtSparseHeader, GnuHeader, Header};

use super::super::describe;
use super::super::ledger::Ledger;
use super::super::position::ArchivePosition;
use super::super::stream::{BodySlice, Stream};
use super::super::tar_header::{self, BLOCK_SIZE, TarEntryKind};
use super::member::{ExtensionHeaders, TarMember};
use super::pax;
use crate::limits::{EXTENSION_LIMIT, TAIL_LIMIT};

/// Hands out every entry of the tar in `stream`.
pub(in super::super) fn read(stream: &mut Stream<'_>, ledger: &mut Ledger<'_>) {
    let position = ArchivePosition::Start;
    let mut reader = TarReader { stream, ledger, position, after_gap: false };
    // Both outcomes are in the ledger already.
    let _ = reader.run();
}

struct TarReader<'r, 's, 'v> {
    stream: &'r mut Stream<'s>,
    ledger: &'r mut Ledger<'v>,
    position: ArchivePosition,
    /// The last header was found by searching.
    after_gap: bool,
}

enum TarBlock {
    Header(Box<Header>),
    /// A block of zeros: the end mark.
    EndMark,
    /// The stream ended before the block.
    EndOfStream,
    /// The stream ended or failed in the block.
    Truncated,
    /// Not a header.
    Invalid,
}

impl TarReader<'_, '_, '_> {
    fn run(&mut self) -> ControlFlow<()> {
        let mut extensions = ExtensionHeaders::default();
        loop {
            let header = match self.block() {
                TarBlock::Header(header) => header,
                TarBlock::EndMark => return self.finish(),
                // Some writers omit the end mark; nothing is missing then.
                TarBlock::EndOfStream if extensions.is_empty() => return Break(()),
                TarBlock::EndOfStream | TarBlock::Truncated => return self.note_break(),
                TarBlock::Invalid => {
                    extensions = ExtensionHeaders::default();
                    self.search()?
                }
            };
            if let Err(why) = self.ledger.admit() {
                self.ledger.note_truncation(why);
                return Break(());
            }
            self.member(&header, &mut extensions)?;
        }
    }

    fn block(&mut self) -> TarBlock {
        let mut header = Box::new(Header::new_old());
        let read = self.stream.fill(header.as_mut_bytes());
        if read < header.as_bytes().len() {
            let is_end = read == 0 && !self.stream.has_failed();
            return if is_end { TarBlock::EndOfStream } else { TarBlock::Truncated };
        }
        if header.as_bytes().iter().all(|byte| *byte == 0) {
            TarBlock::EndMark
        } else if tar_header::is_valid(&header) {
            TarBlock::Header(header)
        } else {
            TarBlock::Invalid
        }
    }

    /// Searches for the next header after a damaged one.
    fn search(&mut self) -> ControlFlow<(), Box<Header>> {
        let why = format!("corrupt tar header {}; its entry is lost", self.position);
        self.ledger.note_truncation(why);
        self.after_gap = true;
        loop {
            match self.block() {
                TarBlock::Header(header) if tar_header::has_magic(&header) => {
                    return Continue(header);
                }
                TarBlock::EndOfStream | TarBlock::Truncated => {
                    if self.stream.has_failed() {
                        self.note_break()?;
                    }
                    return Break(());
                }
                TarBlock::Header(_) | TarBlock::EndMark | TarBlock::Invalid => {}
            }
        }
    }

    fn member(&mut self, header: &Header, extensions: &mut ExtensionHeaders) -> ControlFlow<()> {
        let size = tar_header::length(header).unwrap_or(0);
        match tar_header::kind(header) {
            TarEntryKind::LongName => {
                let mut name = self.extension(size)?;
                let end = memchr::memchr(0, &name).unwrap_or(name.len());
                name.truncate(end);
                extensions.long_name = Some(name);
            }
            TarEntryKind::Pax => {
                extensions.pax = pax::parse(&self.extension(size)?);
                extensions.malformed |= extensions.pax.is_none();
            }
            TarEntryKind::Ignored => self.skip(size, size)?,
            TarEntryKind::Sparse => {
                self.extended_sparse_headers(header)?;
                self.entry(header, mem::take(extensions))?;
            }
            TarEntryKind::File
            | TarEntryKind::Directory
            | TarEntryKind::NoBody(_)
            | TarEntryKind::Unknown => {
                self.entry(header, mem::take(extensions))?;
            }
        }
        Continue(())
    }

    /// Reads the body of an extension header, which must be short.
    fn extension(&mut self, size: u64) -> ControlFlow<(), Vec<u8>> {
        let length = match usize::try_from(size) {
            Ok(length) if size <= EXTENSION_LIMIT => length,
            _ => {
                let position = &self.position;
                let why = format!(
                    "tar header {position} declares an extension of {size} bytes; \
                     the rest was not read"
                );
                self.ledger.note_truncation(why);
                return Break(());
            }
        };
        let mut bytes = vec![0; length];
        if self.stream.fill(&mut bytes) < length {
            self.note_break()?;
        }
        self.skip(0, size)?;
        Continue(bytes)
    }

    /// Skips the extended headers of a sparse file; each says whether another one follows.
    fn extended_sparse_headers(&mut self, header: &Header) -> ControlFlow<()> {
        let mut is_extended = header.as_gnu().is_some_and(GnuHeader::is_extended);
        while is_extended {
            let mut extended = GnuExtSparseHeader::new();
            if self.stream.fill(extended.as_mut_bytes()) < extended.as_bytes().len() {
                return self.note_break();
            }
            is_extended = extended.is_extended();
        }
        Continue(())
    }

    fn entry(&mut self, header: &Header, extensions: ExtensionHeaders) -> ControlFlow<()> {
        let after_gap = mem::take(&mut self.after_gap);
        let TarMember { kind, name, size, path } = TarMember::new(header, extensions, after_gap);
        match (kind, path) {
            (TarEntryKind::Directory, _) => {}
            (_, Err(why)) => self.ledger.note_damage(&describe::name(&name), why),
            (TarEntryKind::NoBody(what), Ok(path)) => self.ledger.visit_other(path, what),
            (TarEntryKind::File, Ok(path)) => {
                self.position = ArchivePosition::In(name);
                return self.file(path, size);
            }
            (_, Ok(path)) => self.ledger.visit_other(path, "entry of an unknown type"),
        }
        self.ledger.flow()?;
        self.position = ArchivePosition::In(name);
        self.skip_entry(size, size)
    }

    fn file(&mut self, path: String, size: u64) -> ControlFlow<()> {
        let before = self.stream.bytes_read();
        let mut slice = BodySlice::new(self.stream, size);
        let was_opened = self.ledger.visit_file(path, Some(size), &mut slice);
        let flow = self.ledger.flow();
        let (left, is_broken) = (slice.left(), slice.is_broken());
        // A break in the stream is recorded even if the visitor stops there.
        let skipped =
            if flow.is_continue() || is_broken { self.skip_entry(left, size) } else { Break(()) };
        if !was_opened {
            self.ledger.add_bytes_read(size.min(self.stream.bytes_read() - before));
        }
        skipped?;
        flow
    }

    /// Skips the rest of a member and moves the position after it.
    fn skip_entry(&mut self, left: u64, size: u64) -> ControlFlow<()> {
        self.skip(left, size)?;
        if let ArchivePosition::In(name) = mem::replace(&mut self.position, ArchivePosition::Start)
        {
            self.position = ArchivePosition::After(name);
        }
        Continue(())
    }

    /// Skips the last `left` bytes of a body of `size` bytes and its padding.
    fn skip(&mut self, left: u64, size: u64) -> ControlFlow<()> {
        let padding = (BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE;
        if self.stream.skip(left) < left || self.stream.skip(padding) < padding {
            return self.note_break();
        }
        Continue(())
    }

    /// Reads on after the end mark to reach the checksum of a compression.
    ///
    /// No entry is missing if that fails. Anything after the mark is padding and is ignored.
    fn finish(&mut self) -> ControlFlow<()> {
        self.stream.skip(TAIL_LIMIT);
        if self.stream.has_failed() {
            self.ledger.note_archive_damage(self.stream.explain_failure("after the last entry"));
        }
        Break(())
    }

    fn note_break(&mut self) -> ControlFlow<()> {
        self.ledger.note_truncation(self.stream.explain_failure(&self.position.to_string()));
        Break(())
    }
}
