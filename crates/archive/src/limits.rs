//! Defines how much of an input is read at most.
//!
//! Every limit is far above what real archives hold. [`Limits`] can be set with flags, which
//! messages name. The other limits are constants: no real must-gather exceeds them.

use std::time::Duration;

use jiff::SignedDuration;

/// The limits of one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many threads may read it.
    pub threads: usize,
    /// How many bytes the stored objects may take.
    pub memory: usize,
    /// How many members (files, directories, links) are read, over all nested archives.
    ///
    /// The largest known must-gathers have about 100,000.
    pub entries: u64,
    /// How many bytes are read of it, and how many bytes its compressed streams may return in
    /// total.
    ///
    /// Individually compressed logs may use a quarter of it, and each of them an eighth of that.
    pub inflated: u64,
    /// How many bytes a compressed stream may return for each byte that it holds.
    ///
    /// Must-gathers have a ratio of 10 to 30, logs of one repeated line some hundreds; the maximum
    /// of gzip is 1,032.
    pub ratio: u64,
    /// How deeply archives and compressed streams may be nested, at most [`Limits::MAX_DEPTH`].
    ///
    /// Sixteen levels are eight archives, each of them compressed.
    pub depth: u32,
    /// How many bytes one document may have, unless `memory` is smaller.
    ///
    /// A document is read into memory, and large ones one at a time. With the default limit a
    /// hostile document and its nodes stay below 200 MiB. A text that a collection wrote about
    /// itself may have a quarter.
    pub document: u64,
    /// How long reading may take. Running the rules takes bounded time and is not included.
    pub timeout: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            threads: 1,
            memory: 1 << 30,
            entries: 2_000_000,
            inflated: 1 << 38,
            ratio: 2000,
            depth: 16,
            document: 64 << 20,
            timeout: None,
        }
    }
}

impl Limits {
    /// The largest value of `depth`: every layer is read from within the enclosing one and uses
    /// stack.
    pub const MAX_DEPTH: u32 = 32;

    /// The size limit of one document, and the limit that sets it.
    pub fn document_limit(&self) -> (u64, Limit) {
        let memory = u64::try_from(self.memory).unwrap_or(u64::MAX);
        if memory < self.document {
            (memory, Limit::Memory)
        } else {
            (self.document, Limit::Document)
        }
    }

    /// The size limit of a text that is not a document.
    pub fn text_limit(&self) -> u64 {
        self.document / TEXT_SHARE
    }

    /// The size limit of all compressed logs.
    pub fn log_limit(&self) -> u64 {
        self.inflated / 4
    }
}

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// [`Limits::memory`].
    Memory,
    /// [`Limits::entries`].
    Entries,
    /// [`Limits::inflated`].
    Inflated,
    /// [`Limits::ratio`].
    Ratio,
    /// [`Limits::depth`].
    Depth,
    /// [`Limits::document`].
    Document,
    /// [`Limits::timeout`].
    Timeout,
}

impl Limit {
    /// The flag that raises the limit.
    pub const fn flag(self) -> &'static str {
        match self {
            Self::Memory => "--memory",
            Self::Entries => "--max-entries",
            Self::Inflated => "--max-inflated",
            Self::Ratio => "--max-ratio",
            Self::Depth => "--max-depth",
            Self::Document => "--max-document",
            Self::Timeout => "--timeout",
        }
    }
}

/// Formats a number of bytes exactly, in the largest unit that allows it.
pub fn size(bytes: u64) -> String {
    let units = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    let is_exact = |(shift, _): &&(u32, _)| bytes > 0 && bytes.trailing_zeros() >= *shift;
    match units.iter().find(is_exact) {
        Some((shift, unit)) => format!("{} {unit}", bytes >> shift),
        None => format!("{bytes} bytes"),
    }
}

/// Formats a duration as it is typed: "1m 30s".
pub fn duration(duration: Duration) -> String {
    match SignedDuration::try_from(duration) {
        Ok(duration) => format!("{duration:#}"),
        Err(_) => format!("{}s", duration.as_secs()),
    }
}

/// The longest path of an entry in bytes: `PATH_MAX` on Linux. A longer path cannot have been a
/// file where the archive was written.
pub(crate) const NAME_LIMIT: usize = 4096;

/// The longest extension of a tar header in bytes: a GNU long name or a set of PAX records.
pub(crate) const EXTENSION_LIMIT: u64 = 1 << 20;

/// The input size that is assumed for smaller inputs when the ratio is checked. Small inputs may
/// be very compressible: with the default ratio the check starts after 1 GiB of output.
pub(crate) const RATIO_FLOOR: u64 = (1_u64 << 30).div_ceil(2000);

/// The most bytes that are read after the end of a tar to reach the checksum of its compression.
pub(crate) const TAIL_LIMIT: u64 = 1 << 26;

/// The largest dictionary of xz or window of zstd in bytes.
///
/// `xz -9` needs 64 MiB, `zstd --ultra -22` needs 128 MiB. Nested in another xz or zstd, the limit
/// is an eighth of the outer one, so all of them together need little more than one.
pub(crate) const DICTIONARY_LIMIT: u32 = 1 << 27;

/// The most damage messages, and the most nested archives, that are listed.
pub(crate) const DAMAGE_LIMIT: usize = 10_000;

/// The size of the read buffers in bytes.
pub const BUFFER: usize = 128 * 1024;

/// The size limit of a text as a fraction of that of a document. The logs that collections write
/// about themselves have some MiB.
const TEXT_SHARE: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_exact() {
        for (bytes, expected) in [
            (0, "0 bytes"),
            (1000, "1000 bytes"),
            (1024, "1 KiB"),
            (1536, "1536 bytes"),
            (512 << 20, "512 MiB"),
            (1 << 38, "256 GiB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }

    #[test]
    fn durations_are_shown_as_they_are_typed() {
        assert_eq!(duration(Duration::from_secs(90)), "1m 30s");
        assert_eq!(duration(Duration::from_millis(1500)), "1s 500ms");
    }

    #[test]
    fn the_document_limit_is_at_most_the_memory_limit() {
        let limits = Limits::default();
        assert_eq!(limits.document_limit(), (64 << 20, Limit::Document));
        assert_eq!(Limits { memory: 100, ..limits }.document_limit(), (100, Limit::Memory));
    }
}
