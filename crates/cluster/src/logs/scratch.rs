//! The buffer through which logs pass, one after another.

use std::io::{self, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use mustknow_archive::{Limit, size};

use crate::limits::LOG_SHARE;

/// How much of a log is looked at in one go; a longer line is cut here.
const CHUNK: usize = 1 << 18;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What is used again from log to log. One for each thread that
/// reads an input.
pub(crate) struct Scratch {
    buffer: Vec<u8>,
    /// How much one log may inflate to.
    each: u64,
    /// How much all logs together may inflate to, and how much of that is left.
    all: u64,
    left: u64,
}

/// Whole lines of a log, or a piece of a line that is longer than the buffer.
#[derive(Clone, Copy)]
pub(super) struct Window<'b> {
    pub(super) bytes: &'b [u8],
    /// Whether its last line goes on in the next window, which begins with the overlap.
    pub(super) is_cut: bool,
}

impl Scratch {
    /// Inflates all logs together to no more than so many bytes: deflate packs a thousand to one.
    pub(crate) fn within(all: u64) -> Self {
        Self { each: all / LOG_SHARE, ..Self::bounded(CHUNK, all) }
    }

    pub(super) fn bounded(chunk: usize, all: u64) -> Self {
        Self { buffer: vec![0; chunk], each: all, all, left: all }
    }

    /// Shows a log to `look`, window by window, and answers its length. Windows depend on the
    /// bytes of the log only, not on the pieces in which `body` gives them. Where the log cannot
    /// be read any further, what was read up to there is shown.
    pub(super) fn pass(
        &mut self,
        body: &mut dyn Read,
        overlap: usize,
        look: &mut dyn FnMut(Window<'_>),
    ) -> io::Result<u64> {
        let mut head = [0; GZIP.len()];
        let (known, ended) = fill(&mut head, body);
        if let Some(Err(error)) = ended {
            return Err(error);
        }
        let mut whole = head.get(..known).unwrap_or_default().chain(body);
        if head != GZIP {
            return windows(&mut self.buffer, &mut whole, overlap, look);
        }
        let left = self.left.min(self.each);
        let inflated = MultiGzDecoder::new(BufReader::with_capacity(64 << 10, whole));
        let mut bounded = Bounded { inflated, left, is_over: false };
        let ended = windows(&mut self.buffer, &mut bounded, overlap, look);
        self.left -= left - bounded.left;
        if bounded.is_over {
            let why = format!(
                "it inflates to more than {}, or the logs up to it to more than {} ({}): the rest \
                 of it is not read",
                size(self.each),
                size(self.all),
                Limit::Inflated.flag()
            );
            return Err(io::Error::new(ErrorKind::FileTooLarge, why));
        }
        ended
    }
}

/// Fills `buffer` as far as `body` reaches; the second is how it ended, if it did.
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

fn windows(
    buffer: &mut [u8],
    body: &mut dyn Read,
    overlap: usize,
    look: &mut dyn FnMut(Window<'_>),
) -> io::Result<u64> {
    let overlap = overlap.min(buffer.len() / 2);
    let mut length = 0;
    let mut kept = 0;
    loop {
        let (read, ended) = fill(buffer.get_mut(kept..).unwrap_or_default(), body);
        let filled = kept + read;
        length += read as u64;
        let bytes = buffer.get(..filled).unwrap_or_default();
        if let Some(ended) = ended {
            look(Window { bytes, is_cut: false });
            return ended.map(|()| length);
        }
        let next = if let Some(last) = memchr::memrchr(b'\n', bytes) {
            let (bytes, _) = bytes.split_at(last + 1);
            look(Window { bytes, is_cut: false });
            last + 1
        } else {
            look(Window { bytes, is_cut: true });
            filled - overlap
        };
        buffer.copy_within(next..filled, 0);
        kept = filled - next;
    }
}

/// Inflated bytes, and not too many of them.
struct Bounded<R> {
    inflated: R,
    left: u64,
    is_over: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inflated.read(into).map_err(explain)?;
        if let Some(left) = self.left.checked_sub(read as u64) {
            self.left = left;
            return Ok(read);
        }
        self.left = 0;
        self.is_over = true;
        Err(ErrorKind::FileTooLarge.into())
    }
}

fn explain(error: io::Error) -> io::Error {
    // An error of the input below has words of its own.
    let is_of_gzip = error.get_ref().is_none_or(|why| why.to_string().contains("deflate"));
    if error.kind() == ErrorKind::UnexpectedEof && is_of_gzip {
        return io::Error::new(error.kind(), "its gzip stream breaks off before its end");
    }
    error
}
