//! Which decoder undoes which compression.
//!
//! A compression is one arm here and one magic number in `format`.

use std::io::{BufRead, Read};

use lzma_rust2::{XzReader, lzma2_get_memory_usage};

use super::bounds::DICTIONARY_LIMIT;
use super::format::Format;
use super::gzip::Gzip;

/// A decoded stream and what to call it.
pub(super) struct Decoded<'r> {
    /// The name of the compression.
    pub(super) name: &'static str,
    /// The bytes without it. Decoders are slow at filling a tar header's 512 bytes: read more at a time.
    pub(super) bytes: Box<dyn Read + Send + 'r>,
}

/// Undoes a compression; none when the format is no compression.
pub(super) fn decode<'r>(format: &Format, input: impl BufRead + Send + 'r) -> Option<Decoded<'r>> {
    match format {
        Format::Gzip => Some(Decoded { name: "gzip", bytes: Box::new(Gzip::new(input)) }),
        Format::Xz => {
            let memory = lzma2_get_memory_usage(DICTIONARY_LIMIT);
            let reader = XzReader::new_mem_limit(input, true, memory);
            Some(Decoded { name: "xz", bytes: Box::new(reader) })
        }
        Format::Tar | Format::Text | Format::Unknown(_) => None,
    }
}
