//! The reusable buffer that splits logs into chunks of whole lines.

use std::io::{self, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use mustknow_archive::{Limit, size};

use crate::limits::LOG_SHARE;

/// The size of a chunk in bytes; longer lines are split.
const CHUNK: usize = 1 << 18;

/// The first bytes of a gzip stream.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The buffer and the decompression limits of the logs. Each thread that reads an input has one.
pub(crate) struct LogBuffer {
    buffer: Vec<u8>,
    /// How many bytes one log may decompress to.
    each: u64,
    /// How many bytes all logs together may decompress to, and how much of that remains.
    all: u64,
    remaining: u64,
}

/// Whole lines of a log, or a part of a line that is longer than the buffer.
#[derive(Clone, Copy)]
pub(super) struct LogChunk<'b> {
    pub(super) bytes: &'b [u8],
    /// Whether its last line continues in the next chunk, which begins with the overlap.
    pub(super) is_split: bool,
    /// How many of its bytes the next chunk begins with.
    pub(super) repeated: usize,
    /// Whether the log ends with it.
    pub(super) is_last: bool,
}

impl LogBuffer {
    /// A buffer that decompresses all logs together to at most `all` bytes. Deflate can compress a
    /// thousand to one.
    pub(crate) fn within(all: u64) -> Self {
        Self { each: all / LOG_SHARE, ..Self::with_chunk_size(CHUNK, all) }
    }

    pub(super) fn with_chunk_size(chunk: usize, all: u64) -> Self {
        Self { buffer: vec![0; chunk], each: all, all, remaining: all }
    }

    /// Calls `on_chunk` for each chunk of a log and returns the length of the log. The chunks
    /// depend only on the bytes of the log, not on the sizes of the reads. If the log cannot be
    /// read to its end, `on_chunk` is called for what was read.
    pub(super) fn for_each_chunk(
        &mut self,
        body: &mut dyn Read,
        overlap: usize,
        on_chunk: &mut dyn FnMut(LogChunk<'_>),
    ) -> io::Result<u64> {
        let mut head = [0; GZIP.len()];
        let (filled, end) = fill(&mut head, body);
        if let Some(Err(error)) = end {
            return Err(error);
        }
        let mut whole = head.get(..filled).unwrap_or_default().chain(body);
        if head != GZIP {
            return split_into_chunks(&mut self.buffer, &mut whole, overlap, on_chunk);
        }
        let allowed = self.remaining.min(self.each);
        let inflated = MultiGzDecoder::new(BufReader::with_capacity(64 << 10, whole));
        let mut limited = LimitedInflate { inflated, remaining: allowed, is_over: false };
        let end = split_into_chunks(&mut self.buffer, &mut limited, overlap, on_chunk);
        self.remaining -= allowed - limited.remaining;
        if limited.is_over {
            let why = format!(
                "uncompressed size exceeds {}, or that of all logs so far exceeds {} ({}); the \
                 rest was not read",
                size(self.each),
                size(self.all),
                Limit::Inflated.flag()
            );
            return Err(io::Error::new(ErrorKind::FileTooLarge, why));
        }
        end
    }
}

/// Fills `buffer` from `body`. Returns how many bytes were read, and how `body` ended, if it did.
fn fill(buffer: &mut [u8], body: &mut dyn Read) -> (usize, Option<io::Result<()>>) {
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match body.read(room) {
            Ok(0) => return (filled, Some(Ok(()))),
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return (filled, Some(Err(error))),
        }
    }
    (filled, None)
}

fn split_into_chunks(
    buffer: &mut [u8],
    body: &mut dyn Read,
    overlap: usize,
    on_chunk: &mut dyn FnMut(LogChunk<'_>),
) -> io::Result<u64> {
    let overlap = overlap.min(buffer.len() / 2);
    let mut length = 0;
    let mut carried_over = 0;
    loop {
        let (read, end) = fill(buffer.get_mut(carried_over..).unwrap_or_default(), body);
        let filled = carried_over + read;
        length += read as u64;
        let bytes = buffer.get(..filled).unwrap_or_default();
        if let Some(end) = end {
            on_chunk(LogChunk { bytes, is_split: false, repeated: 0, is_last: true });
            return end.map(|()| length);
        }
        let next = if let Some(last) = memchr::memrchr(b'\n', bytes) {
            let (bytes, _) = bytes.split_at(last + 1);
            on_chunk(LogChunk { bytes, is_split: false, repeated: 0, is_last: false });
            last + 1
        } else {
            on_chunk(LogChunk { bytes, is_split: true, repeated: overlap, is_last: false });
            filled - overlap
        };
        buffer.copy_within(next..filled, 0);
        carried_over = filled - next;
    }
}

/// A reader of decompressed bytes that fails at a limit.
struct LimitedInflate<R> {
    inflated: R,
    remaining: u64,
    is_over: bool,
}

impl<R: Read> Read for LimitedInflate<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inflated.read(into).map_err(explain)?;
        if let Some(remaining) = self.remaining.checked_sub(read as u64) {
            self.remaining = remaining;
            return Ok(read);
        }
        self.remaining = 0;
        self.is_over = true;
        Err(ErrorKind::FileTooLarge.into())
    }
}

/// Replaces the message of flate2 for a truncated stream.
fn explain(error: io::Error) -> io::Error {
    // An error of the underlying input keeps its own message.
    let is_of_gzip = error.get_ref().is_none_or(|why| why.to_string().contains("deflate"));
    if error.kind() == ErrorKind::UnexpectedEof && is_of_gzip {
        return io::Error::new(error.kind(), "gzip stream is truncated");
    }
    error
}
