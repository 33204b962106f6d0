//! Decodes a gzip stream of one or more members.
//!
//! The multi-member reader of `flate2` treats zeros after the last member (tape padding) as
//! damage; this one skips them.

use std::io::{self, BufRead, ErrorKind, Read};

use flate2::bufread::GzDecoder;

/// Decompresses member after member.
pub(super) struct Gzip<R> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Gzip<R> {
    /// Starts with the first member.
    pub(super) fn new(input: R) -> Self {
        Self { member: Some(GzDecoder::new(input)) }
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(into).map_err(explain)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            self.member = match self.member.take() {
                Some(done) => next_member(done.into_inner())?,
                None => None,
            };
        }
        Ok(0)
    }
}

fn next_member<R: BufRead>(mut rest: R) -> io::Result<Option<GzDecoder<R>>> {
    loop {
        let ahead = rest.fill_buf()?;
        let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
        match ahead.get(zeros) {
            Some(0x1f) => {
                rest.consume(zeros);
                return Ok(Some(GzDecoder::new(rest)));
            }
            Some(_) => {
                let why = "unexpected data after the end of the gzip stream";
                return Err(io::Error::new(ErrorKind::InvalidData, why));
            }
            None if zeros == 0 => return Ok(None),
            None => rest.consume(zeros),
        }
    }
}

fn explain(error: io::Error) -> io::Error {
    if error.to_string().contains("matching checksum") {
        let why = "checksum mismatch; the content may be corrupt";
        return io::Error::new(ErrorKind::InvalidData, why);
    }
    error
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn pack(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn decompress(bytes: &[u8]) -> (String, Option<ErrorKind>) {
        let mut text = String::new();
        // A small buffer makes members and padding cross its boundaries.
        let input = io::BufReader::with_capacity(7, bytes);
        let error = Gzip::new(input).read_to_string(&mut text).err();
        (text, error.map(|error| error.kind()))
    }

    #[test]
    fn members_follow_one_another() {
        let bytes = [pack("one "), pack(""), pack("two")].concat();
        assert_eq!(decompress(&bytes), ("one two".into(), None));
    }

    #[test]
    fn zeros_between_and_after_members_are_padding() {
        let bytes = [pack("one "), vec![0; 30], pack("two"), vec![0; 30]].concat();
        assert_eq!(decompress(&bytes), ("one two".into(), None));
    }

    #[test]
    fn garbage_after_the_last_member_is_an_error_after_the_data() {
        let bytes = [pack("one"), b"garbage".to_vec()].concat();
        let mut reader = Gzip::new(bytes.as_slice());
        let mut data = [0; 3];
        reader.read_exact(&mut data).unwrap();
        assert_eq!(&data, b"one");
        assert!(reader.read(&mut data).is_err());
    }

    #[test]
    fn a_truncated_stream_is_an_unexpected_end() {
        let bytes = pack("some words that are long enough to be cut");
        for end in 0..bytes.len() {
            assert_eq!(decompress(&bytes[..end]).1, Some(ErrorKind::UnexpectedEof), "cut at {end}");
        }
    }
}
