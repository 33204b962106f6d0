//! Decompresses the content of a zip entry and compares it with its declared checksum and size.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use flate2::Crc;

use super::super::decode::Decoder;
use super::super::format::Compression;
use super::super::ledger::Ledger;
use super::super::stream::Stream;
use crate::limits::BUFFER;

/// The message for content that does not match its checksum.
pub(super) const CHECKSUM_MISMATCH: &str = "checksum mismatch; the content may be corrupt";

/// The checksum and size of the content of an entry, as declared or as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checksum {
    /// The CRC-32.
    pub(super) crc: u32,
    /// The number of bytes.
    pub(super) size: u64,
}

/// How the content of an entry is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
    Compressed(Compression),
}

impl Method {
    /// The method with this number, or why it is not supported.
    pub(super) fn of(number: u16) -> Result<Self, String> {
        match number {
            0 => Ok(Self::Stored),
            8 => Ok(Self::Deflated),
            12 => Ok(Self::Compressed(Compression::Bzip2)),
            20 | 93 => Ok(Self::Compressed(Compression::Zstd)),
            95 => Ok(Self::Compressed(Compression::Xz)),
            9 => Err("compression method Deflate64 is not supported".to_owned()),
            _ => Err(format!("compression method {number} is not supported")),
        }
    }

    /// Hands out a file whose stored data is `stored`.
    pub(super) fn hand_out(
        self,
        path: String,
        checksum: Checksum,
        stored: impl BufRead + Send,
        ledger: &mut Ledger<'_>,
    ) {
        match self {
            Self::Stored => visit(path, checksum, stored, ledger),
            Self::Deflated => ledger.decompressing(None, |ledger, allowed| {
                visit(path, checksum, Decoder::deflate(stored, allowed), ledger);
            }),
            Self::Compressed(compression) => {
                ledger.decompressing(Some(compression), |ledger, allowed| {
                    visit(path, checksum, Decoder::new(compression, stored, allowed), ledger);
                });
            }
        }
    }
}

fn visit(path: String, checksum: Checksum, bytes: impl Read + Send, ledger: &mut Ledger<'_>) {
    let bytes = CheckedReader::new(bytes, Some(checksum));
    let bytes = BufReader::with_capacity(capacity(checksum.size), bytes);
    let mut stream = Stream::new("zip", Box::new(bytes));
    if !ledger.visit_file(path, Some(checksum.size), &mut stream) {
        ledger.add_bytes_read(stream.bytes_read());
        ledger.note_limit(&stream);
    }
}

/// The buffer size for content that declares this size.
pub(super) fn capacity(size: u64) -> usize {
    usize::try_from(size).unwrap_or(BUFFER).clamp(64, BUFFER)
}

/// A reader that fails at its end if the content is not what was declared.
pub(super) struct CheckedReader<R> {
    inner: R,
    declared: Option<Checksum>,
    crc: Crc,
    size: u64,
}

impl<R: Read> CheckedReader<R> {
    /// Compares the content with `declared`, or only counts it if nothing is declared yet.
    pub(super) fn new(inner: R, declared: Option<Checksum>) -> Self {
        Self { inner, declared, crc: Crc::new(), size: 0 }
    }

    /// The checksum and size of the content so far.
    pub(super) fn seen(&self) -> Checksum {
        Checksum { crc: self.crc.sum(), size: self.size }
    }

    /// The reader of the content.
    pub(super) fn inner(&self) -> &R {
        &self.inner
    }

    fn compare(&self, is_end: bool) -> io::Result<()> {
        let Some(declared) = self.declared else { return Ok(()) };
        let why = if self.size > declared.size {
            format!("longer than the {} bytes declared in the header", declared.size)
        } else if is_end && self.size < declared.size {
            format!("ends after {} of {} bytes", self.size, declared.size)
        } else if is_end && self.crc.sum() != declared.crc {
            CHECKSUM_MISMATCH.to_owned()
        } else {
            return Ok(());
        };
        Err(io::Error::new(ErrorKind::InvalidData, why))
    }
}

impl<R: Read> Read for CheckedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        let read = self.inner.read(into)?;
        self.crc.update(into.get(..read).unwrap_or_default());
        self.size = self.size.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        self.compare(read == 0)?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], declared: Checksum) -> Option<String> {
        let mut read = Vec::new();
        let error = CheckedReader::new(bytes, Some(declared)).read_to_end(&mut read).err()?;
        Some(error.to_string())
    }

    #[test]
    fn content_that_was_not_declared_is_an_error() {
        let mut crc = Crc::new();
        crc.update(b"abc");
        let declared = Checksum { crc: crc.sum(), size: 3 };
        assert_eq!(check(b"abc", declared), None);
        assert_eq!(check(b"abd", declared).unwrap(), CHECKSUM_MISMATCH);
        assert_eq!(check(b"ab", declared).unwrap(), "ends after 2 of 3 bytes");
        let why = "longer than the 3 bytes declared in the header";
        assert_eq!(check(b"abcd", declared).unwrap(), why);
    }
}
