//! Which decoder undoes which compression.
//!
//! A compression is one arm here and one magic number in `format`. Whatever comes out counts against the
//! budget of the whole input, and a decoder that panics has failed and is not asked again.

use std::io::{self, BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::bufread::DeflateDecoder;
use lzma_rust2::{XzReader, lzma2_get_memory_usage};

use super::budget::OutputQuota;
use super::bzip2::Bzip2;
use super::format::Packing;
use super::gzip::Gzip;
use super::zstd::Zstd;

/// The bytes without their compression.
///
/// Decoders are slow at filling a tar header's 512 bytes: read more at a time.
pub(super) struct Decoder<'b, R: Read> {
    inner: Inner<Counted<'b, R>>,
    quota: OutputQuota<'b>,
    has_panicked: bool,
}

enum Inner<R: Read> {
    Bzip2(Bzip2<R>),
    Deflate(DeflateDecoder<R>),
    Gzip(Gzip<R>),
    Xz(Box<XzReader<R>>),
    Zstd(Box<Zstd<R>>),
}

impl<'b, R: BufRead> Decoder<'b, R> {
    /// Undoes a compression within what is allowed.
    pub(super) fn new(packing: Packing, input: R, allowed: DecoderLimits<'b>) -> Self {
        let DecoderLimits { dictionary, quota } = allowed;
        let input = Counted { inner: input, quota: quota.clone() };
        let inner = match packing {
            Packing::Bzip2 => Inner::Bzip2(Bzip2::new(input)),
            Packing::Gzip => Inner::Gzip(Gzip::new(input)),
            Packing::Xz => {
                let memory = lzma2_get_memory_usage(dictionary);
                Inner::Xz(Box::new(XzReader::new_mem_limit(input, true, memory)))
            }
            Packing::Zstd => Inner::Zstd(Box::new(Zstd::new(input, u64::from(dictionary)))),
        };
        Self { inner, quota, has_panicked: false }
    }

    /// Inflates bare deflated bytes.
    pub(super) fn deflate(input: R, allowed: DecoderLimits<'b>) -> Self {
        let DecoderLimits { quota, .. } = allowed;
        let input = Counted { inner: input, quota: quota.clone() };
        Self { inner: Inner::Deflate(DeflateDecoder::new(input)), quota, has_panicked: false }
    }

    /// How many deflated bytes went in; none for any other compression.
    pub(super) fn deflated(&self) -> Option<u64> {
        match &self.inner {
            Inner::Deflate(inner) => Some(inner.total_in()),
            _ => None,
        }
    }
}

/// What a decoder may cost.
pub(super) struct DecoderLimits<'b> {
    /// The bytes of its dictionary.
    pub(super) dictionary: u32,
    /// The bytes that it gives.
    pub(super) quota: OutputQuota<'b>,
}

/// What goes into a decoder.
struct Counted<'b, R> {
    inner: R,
    quota: OutputQuota<'b>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.quota.taken(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.inner.consume(bytes);
        self.quota.taken(bytes);
    }
}

impl<R: BufRead> Read for Decoder<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let failed = || Err(io::Error::other("the decoder failed"));
        if self.has_panicked {
            return failed();
        }
        let inner = &mut self.inner;
        let read = |into: &mut [u8]| match inner {
            Inner::Bzip2(inner) => inner.read(into),
            Inner::Deflate(inner) => inner.read(into),
            Inner::Gzip(inner) => inner.read(into),
            Inner::Xz(inner) => inner.read(into),
            Inner::Zstd(inner) => inner.read(into),
        };
        let quota = &self.quota;
        let read = catch_unwind(AssertUnwindSafe(|| quota.give(into, read)));
        read.unwrap_or_else(|_| {
            self.has_panicked = true;
            failed()
        })
    }
}
