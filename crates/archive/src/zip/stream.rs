//! Reads a zip in a stream, entry by entry.
//!
//! The header before an entry may leave its length to a data descriptor after it. Deflated data marks
//! its own end.

use std::io::{self, BufReader};
use std::ops::ControlFlow::{self, Break, Continue};

use super::super::budget::LIMIT_REACHED;
use super::super::decode::Decoder;
use super::super::describe;
use super::super::ledger::Ledger;
use super::super::position::ArchivePosition;
use super::super::stream::{BodySlice, Stream, reading_stopped};
use super::body::{CHECKSUM_MISMATCH, CheckedReader, Checksum, Method};
use super::local_header::{DataDescriptor, LocalHeader};
use super::member::ZipMember;
use super::stored::StoredUntilDescriptor;
use crate::limits::{BUFFER, TAIL_LIMIT};

/// Hands out every entry of the zip in `stream`.
pub(in super::super) fn read_stream(stream: &mut Stream<'_>, ledger: &mut Ledger<'_>) {
    let mut reader = ZipStreamReader { stream, ledger, position: ArchivePosition::Start };
    // Both outcomes are in the ledger already.
    let _ = reader.run();
}

struct ZipStreamReader<'r, 's, 't> {
    stream: &'r mut Stream<'s>,
    ledger: &'r mut Ledger<'t>,
    position: ArchivePosition,
}

impl ZipStreamReader<'_, '_, '_> {
    fn run(&mut self) -> ControlFlow<()> {
        let mut is_long = false;
        loop {
            let mut signature = [0; 4];
            self.fill(&mut signature)?;
            match &signature {
                b"PK\x03\x04" => {}
                b"PK\x01\x02" | b"PK\x05\x06" | b"PK\x06\x06" => return self.finish(),
                // A single-part archive may be marked as one of several parts.
                b"PK\x07\x08" if matches!(self.position, ArchivePosition::Start) => continue,
                // The header before the entry had the same sizes already.
                b"PK\x07\x08" => {
                    self.skip(DataDescriptor::rest(is_long))?;
                    continue;
                }
                _ => {
                    let position = &self.position;
                    let why = format!("no valid zip entry {position}; the rest was not read");
                    self.ledger.note_truncation(why);
                    return Break(());
                }
            }
            let mut fixed = [0; LocalHeader::FIXED];
            self.fill(&mut fixed)?;
            let (name, extra) = LocalHeader::lengths(&fixed);
            let mut name = vec![0; name];
            self.fill(&mut name)?;
            let mut extra = vec![0; extra];
            self.fill(&mut extra)?;
            if let Err(why) = self.ledger.admit() {
                self.ledger.note_truncation(why);
                return Break(());
            }
            let header = LocalHeader::new(&fixed, &extra);
            is_long = header.is_long;
            self.position = ArchivePosition::In(name.clone());
            self.entry(&name, &header)?;
            self.ledger.flow()?;
            self.position = ArchivePosition::After(name);
        }
    }

    fn entry(&mut self, name: &[u8], header: &LocalHeader) -> ControlFlow<()> {
        let member = header.fields(name).classify();
        if header.has_length() {
            let compressed = header.compressed;
            return match member {
                Ok(ZipMember::File(path, method)) => self.file(path, method, header),
                Ok(ZipMember::Directory | ZipMember::Link(_)) => self.skip(compressed),
                Err(why) => {
                    self.ledger.note_damage(&describe::name(name), why);
                    self.skip(compressed)
                }
            };
        }
        let why = match member {
            Ok(ZipMember::File(path, Method::Deflated)) => {
                return self.deflated_until_descriptor(Some(path), header);
            }
            Ok(ZipMember::File(path, Method::Stored)) => {
                return self.stored_until_descriptor(path);
            }
            Ok(ZipMember::Directory) if header.method == 0 => return Continue(()),
            Ok(ZipMember::Directory) if header.method == 8 => {
                return self.deflated_until_descriptor(None, header);
            }
            Ok(_) => "length is unknown".to_owned(),
            Err(why) if header.method == 8 && !header.is_encrypted => {
                self.ledger.note_damage(&describe::name(name), why);
                return self.deflated_until_descriptor(None, header);
            }
            Err(why) => why,
        };
        self.ledger.note_damage(&describe::name(name), why);
        let why = format!("reading stopped {}; the rest was not read", self.position);
        self.ledger.note_truncation(why);
        Break(())
    }

    fn file(&mut self, path: String, method: Method, header: &LocalHeader) -> ControlFlow<()> {
        let LocalHeader { checksum, compressed, .. } = *header;
        let mut slice = BodySlice::new(self.stream, compressed);
        method.hand_out(path, checksum, &mut slice, self.ledger);
        let left = slice.left();
        let is_broken = slice.is_broken();
        if self.ledger.flow().is_break() && !is_broken {
            return Break(());
        }
        self.skip(left)
    }

    /// Reads a deflated entry whose length is after it; without a path, skips to its end.
    fn deflated_until_descriptor(
        &mut self,
        path: Option<String>,
        header: &LocalHeader,
    ) -> ControlFlow<()> {
        let shown = path.clone();
        let stream = &mut *self.stream;
        let (ended, seen, compressed) = self.ledger.decompressing(None, |ledger, allowed| {
            let decoder = Decoder::deflate(stream, allowed);
            let mut bytes = CheckedReader::new(decoder, None);
            if let Some(path) = path {
                let mut body =
                    Stream::new("zip", Box::new(BufReader::with_capacity(BUFFER, &mut bytes)));
                if !ledger.visit_file(path, None, &mut body) {
                    ledger.add_bytes_read(body.bytes_read());
                }
            }
            let ended = match ledger.flow() {
                Continue(()) => io::copy(&mut bytes, &mut io::sink()).map(|_| ()),
                Break(()) => Ok(()),
            };
            (ended, bytes.seen(), bytes.inner().deflated_input())
        });
        if let Err(error) = ended {
            if self.stream.has_failed() || error.kind() == io::ErrorKind::UnexpectedEof {
                return self.note_break();
            }
            let why = describe::io_error(&error);
            let why = match error.kind() {
                LIMIT_REACHED => reading_stopped(&why, &self.position.to_string()),
                _ => format!("corrupt deflate data {}: {why}", self.position),
            };
            self.ledger.note_truncation(why);
            return Break(());
        }
        self.ledger.flow()?;
        let compressed = compressed.unwrap_or(0);
        let declared = self.descriptor(seen, compressed, header.is_long)?;
        if declared != seen
            && let Some(path) = shown
        {
            self.ledger.note_damage(&path, CHECKSUM_MISMATCH);
        }
        Continue(())
    }

    /// Reads a stored entry whose length is after it.
    fn stored_until_descriptor(&mut self, path: String) -> ControlFlow<()> {
        let mut bytes = StoredUntilDescriptor::new(self.stream);
        let body = BufReader::with_capacity(BUFFER, &mut bytes);
        let mut body = Stream::new("zip", Box::new(body));
        if !self.ledger.visit_file(path, None, &mut body) {
            self.ledger.add_bytes_read(body.bytes_read());
        }
        drop(body);
        self.ledger.flow()?;
        match io::copy(&mut bytes, &mut io::sink()) {
            Ok(_) => Continue(()),
            Err(_) => self.note_break(),
        }
    }

    /// Reads the data descriptor of an entry whose content was `seen`.
    fn descriptor(
        &mut self,
        seen: Checksum,
        compressed: u64,
        is_long: bool,
    ) -> ControlFlow<(), Checksum> {
        let mut word = [0; 4];
        self.fill(&mut word)?;
        // The signature before the checksum is optional.
        if word == *b"PK\x07\x08" {
            self.fill(&mut word)?;
        }
        let crc = u32::from_le_bytes(word);
        let mut short = [0; 8];
        self.fill(&mut short)?;
        let descriptor = DataDescriptor { crc, sizes: short };
        if !is_long && descriptor.is_short(seen.size, compressed) {
            return Continue(descriptor.short(seen.size));
        }
        let mut rest = [0; 8];
        self.fill(&mut rest)?;
        Continue(Checksum { crc, size: u64::from_le_bytes(rest) })
    }

    /// Reads on after the last entry to reach the checksum of a compression.
    fn finish(&mut self) -> ControlFlow<()> {
        self.stream.skip(TAIL_LIMIT);
        if self.stream.has_failed() {
            self.ledger.note_archive_damage(self.stream.explain_failure("after the last entry"));
        }
        Break(())
    }

    fn fill(&mut self, into: &mut [u8]) -> ControlFlow<()> {
        if self.stream.fill(into) < into.len() { self.note_break() } else { Continue(()) }
    }

    fn skip(&mut self, bytes: u64) -> ControlFlow<()> {
        if self.stream.skip(bytes) < bytes { self.note_break() } else { Continue(()) }
    }

    fn note_break(&mut self) -> ControlFlow<()> {
        self.ledger.note_truncation(self.stream.explain_failure(&self.position.to_string()));
        Break(())
    }
}
