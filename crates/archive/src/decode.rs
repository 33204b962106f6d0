//! Picks the decoder of a compression.
//!
//! A compression is one arm here and one magic number in `format`. All output counts against the
//! budget of the whole input. A decoder that panicked is not called again.

use std::io::{self, BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::bufread::DeflateDecoder;
use lzma_rust2::{XzReader, lzma2_get_memory_usage};

use super::budget::OutputQuota;
use super::bzip2::Bzip2;
use super::format::Compression;
use super::gzip::Gzip;
use super::zstd::Zstd;

/// A decompressed stream.
///
/// Decoders are slow with small reads such as a tar header of 512 bytes; read through a buffer.
pub(super) struct Decoder<'b, R: Read> {
    inner: InnerDecoder<CountedInput<'b, R>>,
    quota: OutputQuota<'b>,
    has_panicked: bool,
}

enum InnerDecoder<R: Read> {
    Bzip2(Bzip2<R>),
    Deflate(DeflateDecoder<R>),
    Gzip(Gzip<R>),
    Xz(Box<XzReader<R>>),
    Zstd(Box<Zstd<R>>),
}

impl<'b, R: BufRead> Decoder<'b, R> {
    /// Decompresses `input` within the limits.
    pub(super) fn new(compression: Compression, input: R, limits: DecoderLimits<'b>) -> Self {
        let DecoderLimits { dictionary, quota } = limits;
        let input = CountedInput { inner: input, quota: quota.clone() };
        let inner = match compression {
            Compression::Bzip2 => InnerDecoder::Bzip2(Bzip2::new(input)),
            Compression::Gzip => InnerDecoder::Gzip(Gzip::new(input)),
            Compression::Xz => {
                let memory = lzma2_get_memory_usage(dictionary);
                InnerDecoder::Xz(Box::new(XzReader::new_mem_limit(input, true, memory)))
            }
            Compression::Zstd => {
                InnerDecoder::Zstd(Box::new(Zstd::new(input, u64::from(dictionary))))
            }
        };
        Self { inner, quota, has_panicked: false }
    }

    /// Decompresses raw deflate data.
    pub(super) fn deflate(input: R, limits: DecoderLimits<'b>) -> Self {
        let DecoderLimits { quota, .. } = limits;
        let input = CountedInput { inner: input, quota: quota.clone() };
        Self {
            inner: InnerDecoder::Deflate(DeflateDecoder::new(input)),
            quota,
            has_panicked: false,
        }
    }

    /// How many compressed bytes were read; none for other compressions than raw deflate.
    pub(super) fn deflated_input(&self) -> Option<u64> {
        match &self.inner {
            InnerDecoder::Deflate(inner) => Some(inner.total_in()),
            _ => None,
        }
    }
}

/// The limits of a decoder.
pub(super) struct DecoderLimits<'b> {
    /// The largest dictionary in bytes.
    pub(super) dictionary: u32,
    /// The quota for its output.
    pub(super) quota: OutputQuota<'b>,
}

/// The input of a decoder, counted.
struct CountedInput<'b, R> {
    inner: R,
    quota: OutputQuota<'b>,
}

impl<R: Read> Read for CountedInput<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.quota.count_input(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for CountedInput<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.inner.consume(bytes);
        self.quota.count_input(bytes);
    }
}

impl<R: BufRead> Read for Decoder<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let failed = || Err(io::Error::other("decoder failed"));
        if self.has_panicked {
            return failed();
        }
        let inner = &mut self.inner;
        let read = |into: &mut [u8]| match inner {
            InnerDecoder::Bzip2(inner) => inner.read(into),
            InnerDecoder::Deflate(inner) => inner.read(into),
            InnerDecoder::Gzip(inner) => inner.read(into),
            InnerDecoder::Xz(inner) => inner.read(into),
            InnerDecoder::Zstd(inner) => inner.read(into),
        };
        let quota = &self.quota;
        let read = catch_unwind(AssertUnwindSafe(|| quota.read_output(into, read)));
        read.unwrap_or_else(|_| {
            self.has_panicked = true;
            failed()
        })
    }
}
