//! Where a stored entry ends whose length stands behind it.
//!
//! Its bytes do not say it. They end where a descriptor tells of just what came before it, checksum
//! and all; one that lies within the bytes, as in a zip within a zip, tells of something else.

use std::io::{self, ErrorKind, Read};

use flate2::Crc;
use memchr::memmem;

use super::super::stream::Stream;

/// How many bytes are looked at together.
const WINDOW: usize = 8 * 1024;
/// The length of a descriptor with lengths of eight bytes.
const LONGEST: usize = 24;
/// The length of one with lengths of four.
const SHORTEST: usize = 16;

/// The bytes of an entry up to its descriptor, which is taken from the stream as well.
pub(super) struct Sought<'w, 's> {
    stream: &'w mut Stream<'s>,
    window: Vec<u8>,
    /// What of the window has been given.
    given: usize,
    /// What of it belongs to the entry for sure.
    sure: usize,
    has_ended: bool,
    crc: Crc,
    size: u64,
}

impl<'w, 's> Sought<'w, 's> {
    /// Begins with the next byte of the stream.
    pub(super) fn new(stream: &'w mut Stream<'s>) -> Self {
        let window = Vec::with_capacity(WINDOW);
        Self { stream, window, given: 0, sure: 0, has_ended: false, crc: Crc::new(), size: 0 }
    }

    /// Finds out how much more belongs to the entry.
    fn look(&mut self) -> io::Result<()> {
        let rest = self.window.get(self.given..).unwrap_or_default();
        if rest.len() < LONGEST {
            let mut next = rest.to_vec();
            let before = next.len();
            next.resize(WINDOW, 0);
            let read = self.stream.fill(next.get_mut(before..).unwrap_or_default());
            next.truncate(before + read);
            self.window = next;
            (self.given, self.sure) = (0, 0);
        }
        let rest = self.window.get(self.given..).unwrap_or_default();
        if rest.len() < SHORTEST {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let sure = match memmem::find(rest, b"PK\x07\x08") {
            Some(0) => match self.descriptor(rest) {
                Some(length) => {
                    self.stream.put_back(rest.get(length..).unwrap_or_default());
                    self.has_ended = true;
                    0
                }
                None => 1,
            },
            Some(at) => at,
            // The mark may lie across the end of the window.
            None => rest.len() - 3,
        };
        self.sure = self.given + sure;
        Ok(())
    }

    /// The length of the descriptor that begins here, if it tells of what has been given.
    fn descriptor(&self, bytes: &[u8]) -> Option<usize> {
        let crc = self.crc.sum().to_le_bytes();
        let size = self.size.to_le_bytes();
        let tells = |length: usize| {
            let size = size.get(..length)?;
            let whole = [b"PK\x07\x08".as_slice(), &crc, size, size].concat();
            bytes.starts_with(&whole).then_some(whole.len())
        };
        tells(8).or_else(|| tells(4))
    }
}

impl Read for Sought<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if self.given == self.sure && !self.has_ended {
            self.look()?;
        }
        let mut sure = self.window.get(self.given..self.sure).unwrap_or_default();
        let read = sure.read(into)?;
        self.crc.update(into.get(..read).unwrap_or_default());
        self.size = self.size.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        self.given += read;
        Ok(read)
    }
}
