//! A forward stream that remembers how it failed.
//!
//! Two parties read from it, the container's walker and the visitor, and either may meet the error. The
//! decoders do not say what a read after an error gives, so the first error is the last word here.

use std::io::{self, BufRead, ErrorKind, Read};

use super::budget::MET;
use super::words;

/// What is said of a file without its end.
const BROKEN: &str = "the archive breaks off in it";

/// A reader with a name, a look ahead and a memory of its failure.
pub(super) struct Stream<'s> {
    name: &'static str,
    inner: Box<dyn BufRead + Send + 's>,
    ahead: Vec<u8>,
    taken: usize,
    passed: u64,
    fault: Option<Fault>,
}

struct Fault {
    kind: ErrorKind,
    why: String,
}

impl<'s> Stream<'s> {
    /// Wraps a reader of a format called `name`.
    pub(super) fn new(name: &'static str, inner: Box<dyn BufRead + Send + 's>) -> Self {
        Self { name, inner, ahead: Vec::new(), taken: 0, passed: 0, fault: None }
    }

    /// Shows the first `length` bytes, fewer at the end or at a failure, and gives them again later.
    ///
    /// To be asked before anything is read.
    pub(super) fn peek(&mut self, length: usize) -> &[u8] {
        if !self.ahead.is_empty() {
            return &self.ahead;
        }
        let mut ahead = vec![0; length];
        let read = self.fill(&mut ahead);
        ahead.truncate(read);
        self.ahead = ahead;
        self.taken = 0;
        self.passed = 0;
        &self.ahead
    }

    /// Gives bytes again that were read last.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        self.ahead = [bytes, self.ahead.get(self.taken..).unwrap_or_default()].concat();
        self.taken = 0;
        self.passed = self.passed.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }

    /// Reads until `into` is full, the stream ends or it fails; the number of bytes read.
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

    /// Passes over up to `bytes` bytes, without a copy of them; how many there were.
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

    /// The bytes that have been read or skipped.
    pub(super) fn passed(&self) -> u64 {
        self.passed
    }

    /// True when the stream has failed rather than ended.
    pub(super) fn has_failed(&self) -> bool {
        self.fault.is_some()
    }

    /// True when it has failed because a limit was met.
    pub(super) fn has_met_a_limit(&self) -> bool {
        matches!(self.fault, Some(Fault { kind: MET, .. }))
    }

    /// Says how the stream failed or ended at `place` ("after entry a/b").
    pub(super) fn complain(&self, place: &str) -> String {
        match &self.fault {
            None => format!("it breaks off {place}"),
            Some(Fault { kind: ErrorKind::UnexpectedEof, .. }) => {
                format!("the {} stream breaks off {place}", self.name)
            }
            Some(Fault { kind: MET, why }) => stops(why, place),
            Some(Fault { why, .. }) => {
                format!("the {} stream is damaged {place}: {why}", self.name)
            }
        }
    }

    fn note(&mut self, error: &io::Error) {
        if error.kind() != ErrorKind::Interrupted {
            self.fault = Some(Fault { kind: error.kind(), why: words::of_error(error) });
        }
    }
}

/// Says that a limit was met at `place`.
pub(super) fn stops(why: &str, place: &str) -> String {
    format!("{why}: reading stops {place}")
}

impl Read for Stream<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some(ahead) = self.ahead.get(self.taken..).filter(|ahead| !ahead.is_empty()) {
            let read = (&mut &*ahead).read(into)?;
            self.taken += read;
            self.passed += u64::try_from(read).unwrap_or(u64::MAX);
            return Ok(read);
        }
        if let Some(fault) = &self.fault {
            return Err(io::Error::new(fault.kind, fault.why.clone()));
        }
        let read = self.inner.read(into);
        match &read {
            Ok(read) => self.passed += u64::try_from(*read).unwrap_or(u64::MAX),
            Err(error) => self.note(error),
        }
        read
    }
}

impl BufRead for Stream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken < self.ahead.len() {
            return Ok(self.ahead.get(self.taken..).unwrap_or_default());
        }
        if let Some(fault) = &self.fault {
            return Err(io::Error::new(fault.kind, fault.why.clone()));
        }
        let looked = self.inner.fill_buf().map(|_| ());
        if let Err(error) = looked {
            self.note(&error);
            return Err(error);
        }
        // What it has shown it shows again at once.
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        if self.taken < self.ahead.len() {
            self.taken += bytes;
        } else {
            self.inner.consume(bytes);
        }
        self.passed += u64::try_from(bytes).unwrap_or(u64::MAX);
    }
}

/// The next so many bytes of a stream: the body of one entry.
pub(super) struct Part<'p, 's> {
    stream: &'p mut Stream<'s>,
    left: u64,
    is_broken: bool,
}

impl<'p, 's> Part<'p, 's> {
    /// Lends the next `length` bytes.
    pub(super) fn new(stream: &'p mut Stream<'s>, length: u64) -> Self {
        Self { stream, left: length, is_broken: false }
    }

    /// The bytes that have not been read.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// True when a read has met the failure or the end of the stream.
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken || self.stream.has_failed()
    }
}

impl Read for Part<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let Some(window) = into.get_mut(..most).filter(|window| !window.is_empty()) else {
            return Ok(0);
        };
        let read = self.stream.read(window)?;
        if read == 0 {
            self.is_broken = true;
            return Err(io::Error::new(ErrorKind::UnexpectedEof, BROKEN));
        }
        self.left = self.left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

impl BufRead for Part<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        let seen = self.stream.fill_buf()?;
        if seen.is_empty() {
            self.is_broken = true;
            return Err(io::Error::new(ErrorKind::UnexpectedEof, BROKEN));
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

    /// Gives some bytes, fails once, and would then give more.
    struct Flaky(u8);

    impl Read for Flaky {
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
    fn the_first_error_stays() {
        let mut stream = Stream::new("odd", Box::new(io::BufReader::new(Flaky(0))));
        let mut bytes = [0; 4];
        assert_eq!(stream.fill(&mut bytes), 1);
        assert_eq!(stream.fill(&mut bytes), 0);
        assert_eq!(stream.skip(5), 0);
        assert!(stream.has_failed());
        assert_eq!(stream.complain("here"), "the odd stream is damaged here: bad luck");
    }

    #[test]
    fn what_was_shown_is_read_again() {
        let mut stream = Stream::new("odd", Box::new(&b"abcdef"[..]));
        assert_eq!(stream.peek(4), b"abcd");
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert_eq!(text, "abcdef");
    }

    #[test]
    fn a_part_that_breaks_off_is_an_error_not_a_short_file() {
        let mut stream = Stream::new("odd", Box::new(&b"abc"[..]));
        let mut part = Part::new(&mut stream, 5);
        let mut text = String::new();
        let error = part.read_to_string(&mut text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(part.left(), 2);
    }
}
