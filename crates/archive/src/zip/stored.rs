//! Finds the end of a stored zip entry whose length is after it.
//!
//! The content does not mark its own end. It ends at a data descriptor that matches exactly what came
//! before it, checksum included. A descriptor within the content, as in a zip within a zip, does not
//! match.

use std::io::{self, ErrorKind, Read};

use flate2::Crc;
use memchr::memmem;

use super::super::stream::Stream;

/// How many bytes are searched at a time.
const WINDOW: usize = 8 * 1024;
/// The length of a descriptor with sizes of eight bytes.
const LONGEST: usize = 24;
/// The length of a descriptor with sizes of four bytes.
const SHORTEST: usize = 16;

/// The content of an entry up to its descriptor, which is consumed as well.
pub(super) struct StoredUntilDescriptor<'w, 's> {
    stream: &'w mut Stream<'s>,
    window: Vec<u8>,
    /// How much of the window has been returned.
    returned: usize,
    /// How much of the window certainly belongs to the entry.
    certain: usize,
    has_ended: bool,
    crc: Crc,
    size: u64,
}

impl<'w, 's> StoredUntilDescriptor<'w, 's> {
    /// Starts with the next byte of the stream.
    pub(super) fn new(stream: &'w mut Stream<'s>) -> Self {
        let window = Vec::with_capacity(WINDOW);
        Self { stream, window, returned: 0, certain: 0, has_ended: false, crc: Crc::new(), size: 0 }
    }

    /// Finds how much more belongs to the entry.
    fn search(&mut self) -> io::Result<()> {
        let rest = self.window.get(self.returned..).unwrap_or_default();
        if rest.len() < LONGEST {
            let mut next = rest.to_vec();
            let before = next.len();
            next.resize(WINDOW, 0);
            let read = self.stream.fill(next.get_mut(before..).unwrap_or_default());
            next.truncate(before + read);
            self.window = next;
            (self.returned, self.certain) = (0, 0);
        }
        let rest = self.window.get(self.returned..).unwrap_or_default();
        if rest.len() < SHORTEST {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let certain = match memmem::find(rest, b"PK\x07\x08") {
            Some(0) => match self.descriptor(rest) {
                Some(length) => {
                    self.stream.put_back(rest.get(length..).unwrap_or_default());
                    self.has_ended = true;
                    0
                }
                None => 1,
            },
            Some(at) => at,
            // The signature may cross the end of the window.
            None => rest.len() - 3,
        };
        self.certain = self.returned + certain;
        Ok(())
    }

    /// The length of the descriptor that starts here, if it matches what has been returned.
    fn descriptor(&self, bytes: &[u8]) -> Option<usize> {
        let crc = self.crc.sum().to_le_bytes();
        let size = self.size.to_le_bytes();
        let matches = |length: usize| {
            let size = size.get(..length)?;
            let descriptor = [b"PK\x07\x08".as_slice(), &crc, size, size].concat();
            bytes.starts_with(&descriptor).then_some(descriptor.len())
        };
        matches(8).or_else(|| matches(4))
    }
}

impl Read for StoredUntilDescriptor<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if self.returned == self.certain && !self.has_ended {
            self.search()?;
        }
        let mut certain = self.window.get(self.returned..self.certain).unwrap_or_default();
        let read = certain.read(into)?;
        self.crc.update(into.get(..read).unwrap_or_default());
        self.size = self.size.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        self.returned += read;
        Ok(read)
    }
}
