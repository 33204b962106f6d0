//! A forward stream that remembers how it failed.
//!
//! The reader of a container and the visitor both read from it, and either may see the error.
//! Decoders do not define what a read after an error returns, so this stream repeats the first
//! error.

use std::io::{self, BufRead, ErrorKind, Read};

use super::budget::LIMIT_REACHED;
use super::describe;

/// The message for a file without its end.
const TRUNCATED: &str = "the archive is truncated in this entry";

/// A reader with a name, a look ahead and its first error.
pub(super) struct Stream<'s> {
    name: &'static str,
    inner: Box<dyn BufRead + Send + 's>,
    ahead: Vec<u8>,
    ahead_used: usize,
    bytes_read: u64,
    fault: Option<StreamFault>,
}

struct StreamFault {
    kind: ErrorKind,
    why: String,
}

impl<'s> Stream<'s> {
    /// Wraps the reader of a format called `name`.
    pub(super) fn new(name: &'static str, inner: Box<dyn BufRead + Send + 's>) -> Self {
        Self { name, inner, ahead: Vec::new(), ahead_used: 0, bytes_read: 0, fault: None }
    }

    /// Returns the first `length` bytes, fewer at the end or at an error, and keeps them in the
    /// stream.
    ///
    /// Call it before anything is read.
    pub(super) fn peek(&mut self, length: usize) -> &[u8] {
        if !self.ahead.is_empty() {
            return &self.ahead;
        }
        let mut ahead = vec![0; length];
        let read = self.fill(&mut ahead);
        ahead.truncate(read);
        self.ahead = ahead;
        self.ahead_used = 0;
        self.bytes_read = 0;
        &self.ahead
    }

    /// Puts the bytes that were read last back into the stream.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        self.ahead = [bytes, self.ahead.get(self.ahead_used..).unwrap_or_default()].concat();
        self.ahead_used = 0;
        self.bytes_read =
            self.bytes_read.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }

    /// Reads until `into` is full, the stream ends or it fails; returns the number of bytes.
    pub(super) fn fill(&mut self, into: &mut [u8]) -> usize {
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read(rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        filled
    }

    /// Skips up to `bytes` bytes without copying them; returns how many there were.
    pub(super) fn skip(&mut self, bytes: u64) -> u64 {
        let mut left = bytes;
        while left > 0 {
            match self.fill_buf().map(<[u8]>::len) {
                Ok(0) => break,
                Ok(seen) => {
                    let step = left.min(seen as u64);
                    self.consume(usize::try_from(step).unwrap_or(seen));
                    left -= step;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        bytes - left
    }

    /// The number of bytes that have been read or skipped.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// True if the stream failed and did not just end.
    pub(super) fn has_failed(&self) -> bool {
        self.fault.is_some()
    }

    /// True if it failed because a limit was reached.
    pub(super) fn has_reached_limit(&self) -> bool {
        matches!(self.fault, Some(StreamFault { kind: LIMIT_REACHED, .. }))
    }

    /// Describes how the stream failed or ended at `place` ("after entry a/b").
    pub(super) fn explain_failure(&self, place: &str) -> String {
        match &self.fault {
            None => format!("truncated {place}"),
            Some(StreamFault { kind: ErrorKind::UnexpectedEof, .. }) => {
                format!("{} stream is truncated {place}", self.name)
            }
            Some(StreamFault { kind: LIMIT_REACHED, why }) => reading_stopped(why, place),
            Some(StreamFault { why, .. }) => {
                format!("{} stream is corrupt {place}: {why}", self.name)
            }
        }
    }

    fn note(&mut self, error: &io::Error) {
        if error.kind() != ErrorKind::Interrupted {
            self.fault = Some(StreamFault { kind: error.kind(), why: describe::io_error(error) });
        }
    }
}

/// The message for a limit that was reached at `place`.
pub(super) fn reading_stopped(why: &str, place: &str) -> String {
    format!("{why}; reading stopped {place}")
}

impl Read for Stream<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some(ahead) = self.ahead.get(self.ahead_used..).filter(|ahead| !ahead.is_empty()) {
            let read = (&mut &*ahead).read(into)?;
            self.ahead_used += read;
            self.bytes_read += u64::try_from(read).unwrap_or(u64::MAX);
            return Ok(read);
        }
        if let Some(fault) = &self.fault {
            return Err(io::Error::new(fault.kind, fault.why.clone()));
        }
        let read = self.inner.read(into);
        match &read {
            Ok(read) => self.bytes_read += u64::try_from(*read).unwrap_or(u64::MAX),
            Err(error) => self.note(error),
        }
        read
    }
}

impl BufRead for Stream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead_used < self.ahead.len() {
            return Ok(self.ahead.get(self.ahead_used..).unwrap_or_default());
        }
        if let Some(fault) = &self.fault {
            return Err(io::Error::new(fault.kind, fault.why.clone()));
        }
        let looked = self.inner.fill_buf().map(|_| ());
        if let Err(error) = looked {
            self.note(&error);
            return Err(error);
        }
        // The buffer is filled, so this returns at once.
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        if self.ahead_used < self.ahead.len() {
            self.ahead_used += bytes;
        } else {
            self.inner.consume(bytes);
        }
        self.bytes_read += u64::try_from(bytes).unwrap_or(u64::MAX);
    }
}

/// The next bytes of a stream: the body of one entry.
pub(super) struct BodySlice<'p, 's> {
    stream: &'p mut Stream<'s>,
    left: u64,
    is_broken: bool,
}

impl<'p, 's> BodySlice<'p, 's> {
    /// Borrows the next `length` bytes.
    pub(super) fn new(stream: &'p mut Stream<'s>, length: u64) -> Self {
        Self { stream, left: length, is_broken: false }
    }

    /// The number of bytes that have not been read.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// True if a read reached the failure or the end of the stream.
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken || self.stream.has_failed()
    }
}

impl Read for BodySlice<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let Some(window) = into.get_mut(..most).filter(|window| !window.is_empty()) else {
            return Ok(0);
        };
        let read = self.stream.read(window)?;
        if read == 0 {
            self.is_broken = true;
            return Err(io::Error::new(ErrorKind::UnexpectedEof, TRUNCATED));
        }
        self.left = self.left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

impl BufRead for BodySlice<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        let seen = self.stream.fill_buf()?;
        if seen.is_empty() {
            self.is_broken = true;
            return Err(io::Error::new(ErrorKind::UnexpectedEof, TRUNCATED));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(seen.len());
        Ok(seen.get(..most).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.stream.consume(bytes);
        self.left = self.left.saturating_sub(u64::try_from(bytes).unwrap_or(u64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a byte, fails once, and would then return more.
    struct FailsOnce(u8);

    impl Read for FailsOnce {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 == 2 {
                return Err(io::Error::other("Bad luck."));
            }
            into[0] = self.0;
            Ok(1)
        }
    }

    #[test]
    fn the_first_error_is_repeated() {
        let mut stream = Stream::new("test", Box::new(io::BufReader::new(FailsOnce(0))));
        let mut bytes = [0; 4];
        assert_eq!(stream.fill(&mut bytes), 1);
        assert_eq!(stream.fill(&mut bytes), 0);
        assert_eq!(stream.skip(5), 0);
        assert!(stream.has_failed());
        assert_eq!(stream.explain_failure("here"), "test stream is corrupt here: bad luck");
    }

    #[test]
    fn peeked_bytes_are_read_again() {
        let mut stream = Stream::new("test", Box::new(&b"abcdef"[..]));
        assert_eq!(stream.peek(4), b"abcd");
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert_eq!(text, "abcdef");
    }

    #[test]
    fn a_truncated_body_is_an_error_and_not_a_short_file() {
        let mut stream = Stream::new("test", Box::new(&b"abc"[..]));
        let mut slice = BodySlice::new(&mut stream, 5);
        let mut text = String::new();
        let error = slice.read_to_string(&mut text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(slice.left(), 2);
    }
}
