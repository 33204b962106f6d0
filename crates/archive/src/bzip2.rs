//! Decodes a bzip2 stream of one or more members.
//!
//! The reader of the `bzip2` crate drops the data before an error in the same read, so the
//! readable part of a damaged stream would depend on the read size. This one returns that data
//! first.

use std::io::{self, BufRead, ErrorKind, Read};
use std::mem;

use ::bzip2::bufread::BzDecoder;

/// Decompresses member after member.
pub(super) struct Bzip2<R> {
    member: Option<BzDecoder<R>>,
    error: Option<io::Error>,
}

impl<R: BufRead> Bzip2<R> {
    /// Starts with the first member.
    pub(super) fn new(input: R) -> Self {
        Self { member: Some(BzDecoder::new(input)), error: None }
    }
}

impl<R: BufRead> Read for Bzip2<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        while let Some(member) = &mut self.member {
            let before = member.total_out();
            let read = match member.read(into) {
                Ok(read) => read,
                Err(error) => {
                    let decoded = usize::try_from(member.total_out() - before).unwrap_or(0);
                    let kind = match error.kind() {
                        ErrorKind::InvalidInput => ErrorKind::InvalidData,
                        kind => kind,
                    };
                    let error = io::Error::new(kind, error.to_string());
                    if decoded == 0 {
                        return Err(error);
                    }
                    self.error = Some(error);
                    decoded
                }
            };
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            self.member = match mem::take(&mut self.member) {
                Some(done) => next_member(done.into_inner())?,
                None => None,
            };
        }
        Ok(0)
    }
}

fn next_member<R: BufRead>(mut rest: R) -> io::Result<Option<BzDecoder<R>>> {
    loop {
        let ahead = rest.fill_buf()?;
        let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
        match ahead.get(zeros) {
            Some(b'B') => {
                rest.consume(zeros);
                return Ok(Some(BzDecoder::new(rest)));
            }
            Some(_) => {
                let why = "unexpected data after the end of the bzip2 stream";
                return Err(io::Error::new(ErrorKind::InvalidData, why));
            }
            None if zeros == 0 => return Ok(None),
            None => rest.consume(zeros),
        }
    }
}
