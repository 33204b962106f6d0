//! The bytes of a zip entry, undone and compared with what is said of them.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use flate2::Crc;

use super::super::decode::Decoder;
use super::super::format::Packing;
use super::super::ledger::Ledger;
use super::super::stream::Stream;
use crate::limits::BUFFER;

/// What is said of an entry's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// Their checksum.
    pub(super) crc: u32,
    /// How many there are.
    pub(super) size: u64,
}

/// How the bytes of an entry are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
    Packed(Packing),
}

impl Method {
    /// The method of that number, or why it cannot be undone.
    pub(super) fn of(number: u16) -> Result<Self, String> {
        match number {
            0 => Ok(Self::Stored),
            8 => Ok(Self::Deflated),
            12 => Ok(Self::Packed(Packing::Bzip2)),
            20 | 93 => Ok(Self::Packed(Packing::Zstd)),
            95 => Ok(Self::Packed(Packing::Xz)),
            9 => Err("it is compressed by Deflate64, which is not read".to_owned()),
            _ => Err(format!("it is compressed by method {number}, which is not read")),
        }
    }

    /// Hands out a file of which `packed` is what is stored.
    pub(super) fn hand_out(
        self,
        path: String,
        claim: Claim,
        packed: impl BufRead + Send,
        ledger: &mut Ledger<'_>,
    ) {
        match self {
            Self::Stored => hand(path, claim, packed, ledger),
            Self::Deflated => ledger.unpacking(None, |ledger, allowed| {
                hand(path, claim, Decoder::deflate(packed, allowed), ledger);
            }),
            Self::Packed(packing) => ledger.unpacking(Some(packing), |ledger, allowed| {
                hand(path, claim, Decoder::new(packing, packed, allowed), ledger);
            }),
        }
    }
}

fn hand(path: String, claim: Claim, bytes: impl Read + Send, ledger: &mut Ledger<'_>) {
    let bytes = Checked::new(bytes, Some(claim));
    let bytes = BufReader::with_capacity(capacity(claim.size), bytes);
    let mut stream = Stream::new("zip", Box::new(bytes));
    if !ledger.file(path, Some(claim.size), &mut stream) {
        ledger.passed(stream.passed());
        ledger.note_limit(&stream);
    }
}

/// How much is read at a time of what is said to be so long.
pub(super) fn capacity(size: u64) -> usize {
    usize::try_from(size).unwrap_or(BUFFER).clamp(64, BUFFER)
}

/// A reader that fails at its end when the bytes are not those that were announced.
pub(super) struct Checked<R> {
    inner: R,
    claim: Option<Claim>,
    crc: Crc,
    size: u64,
}

impl<R: Read> Checked<R> {
    /// Compares with `claim`, or only counts where there is none yet.
    pub(super) fn new(inner: R, claim: Option<Claim>) -> Self {
        Self { inner, claim, crc: Crc::new(), size: 0 }
    }

    /// What the bytes so far would be announced as.
    pub(super) fn seen(&self) -> Claim {
        Claim { crc: self.crc.sum(), size: self.size }
    }

    /// The reader of the bytes.
    pub(super) fn inner(&self) -> &R {
        &self.inner
    }

    fn compare(&self, is_end: bool) -> io::Result<()> {
        let Some(claim) = self.claim else { return Ok(()) };
        let why = if self.size > claim.size {
            format!("it is longer than the {} bytes that are announced", claim.size)
        } else if is_end && self.size < claim.size {
            format!("it ends after {} of {} bytes", self.size, claim.size)
        } else if is_end && self.crc.sum() != claim.crc {
            ALTERED.to_owned()
        } else {
            return Ok(());
        };
        Err(io::Error::new(ErrorKind::InvalidData, why))
    }
}

impl<R: Read> Read for Checked<R> {
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

/// What is said of bytes that are not those that went in.
pub(super) const ALTERED: &str = "its checksum does not match, so what was read may be altered";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], claim: Claim) -> Option<String> {
        let mut read = Vec::new();
        let error = Checked::new(bytes, Some(claim)).read_to_end(&mut read).err()?;
        Some(error.to_string())
    }

    #[test]
    fn bytes_that_were_not_announced_are_an_error() {
        let mut crc = Crc::new();
        crc.update(b"abc");
        let claim = Claim { crc: crc.sum(), size: 3 };
        assert_eq!(check(b"abc", claim), None);
        assert_eq!(check(b"abd", claim).unwrap(), ALTERED);
        assert_eq!(check(b"ab", claim).unwrap(), "it ends after 2 of 3 bytes");
        let why = "it is longer than the 3 bytes that are announced";
        assert_eq!(check(b"abcd", claim).unwrap(), why);
    }
}
