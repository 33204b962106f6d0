//! Which decoder undoes which compression.
//!
//! A compression is one arm here and one magic number in `format`. Whatever comes out counts against the
//! budget of the whole input, and a decoder that panics has failed and is not asked again.

use std::io::{self, BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::bufread::DeflateDecoder;
use lzma_rust2::{XzReader, lzma2_get_memory_usage};

use super::budget::Budget;
use super::bzip2::Bzip2;
use super::format::Packing;
use super::gzip::Gzip;
use super::zstd::Zstd;

/// The bytes without their compression.
///
/// Decoders are slow at filling a tar header's 512 bytes: read more at a time.
pub(super) struct Decoder<'b, R: Read> {
    inner: Inner<R>,
    has_panicked: bool,
    budget: &'b Budget<'b>,
}

enum Inner<R: Read> {
    Bzip2(Bzip2<R>),
    Deflate(DeflateDecoder<R>),
    Gzip(Gzip<R>),
    Xz(Box<XzReader<R>>),
    Zstd(Box<Zstd<R>>),
}

impl<'b, R: BufRead> Decoder<'b, R> {
    /// Undoes a compression with no more than so many bytes of a dictionary.
    pub(super) fn new(packing: Packing, input: R, dictionary: u32, budget: &'b Budget<'b>) -> Self {
        let inner = match packing {
            Packing::Bzip2 => Inner::Bzip2(Bzip2::new(input)),
            Packing::Gzip => Inner::Gzip(Gzip::new(input)),
            Packing::Xz => {
                let memory = lzma2_get_memory_usage(dictionary);
                Inner::Xz(Box::new(XzReader::new_mem_limit(input, true, memory)))
            }
            Packing::Zstd => Inner::Zstd(Box::new(Zstd::new(input, u64::from(dictionary)))),
        };
        Self { inner, has_panicked: false, budget }
    }

    /// Inflates bare deflated bytes.
    pub(super) fn deflate(input: R, budget: &'b Budget<'b>) -> Self {
        let inner = Inner::Deflate(DeflateDecoder::new(input));
        Self { inner, has_panicked: false, budget }
    }

    /// How many deflated bytes went in; none for any other compression.
    pub(super) fn deflated(&self) -> Option<u64> {
        match &self.inner {
            Inner::Deflate(inner) => Some(inner.total_in()),
            _ => None,
        }
    }
}

impl<R: BufRead> Read for Decoder<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.budget.allow()?;
        let failed = || Err(io::Error::other("the decoder failed"));
        if self.has_panicked {
            return failed();
        }
        let inner = &mut self.inner;
        let read = catch_unwind(AssertUnwindSafe(|| match inner {
            Inner::Bzip2(inner) => inner.read(into),
            Inner::Deflate(inner) => inner.read(into),
            Inner::Gzip(inner) => inner.read(into),
            Inner::Xz(inner) => inner.read(into),
            Inner::Zstd(inner) => inner.read(into),
        }));
        let Ok(read) = read else {
            self.has_panicked = true;
            return failed();
        };
        if let Ok(bytes) = &read {
            self.budget.inflated(*bytes);
        }
        read
    }
}
