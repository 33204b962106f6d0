//! How much of a hostile input is borne.
//!
//! Every limit is far above what real archives hold, so that whoever meets one is not harmed by it.
//! [`Limits`] are those that somebody may have reason to move, each with a flag that its message names.
//! The rest are constants: what lies beyond them is no must-gather, on any machine.

use std::time::Duration;

use jiff::SignedDuration;

/// What an input may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many threads may work on it.
    pub threads: usize,
    /// How many bytes the objects that are kept of it may take.
    pub memory: usize,
    /// How many members (files, directories, links) are read, over all archives within it.
    ///
    /// The largest must-gathers seen hold some 100,000.
    pub entries: u64,
    /// How many bytes are read of it, and how many may come out of all its compressed streams.
    ///
    /// Logs that are compressed one by one have a share: a quarter for all, of that an eighth for each.
    pub inflated: u64,
    /// How many bytes may come out of compressed streams for each byte that goes in.
    ///
    /// Must-gathers come to 10 or 30, logs of one line over and over to some hundred; gzip ends at 1,032.
    pub ratio: u64,
    /// How many archives and compressions may lie in one another, at most [`Limits::DEEPEST`].
    ///
    /// Sixteen are eight archives, each compressed.
    pub depth: u32,
    /// How many bytes one document may have, where `memory` is not less.
    ///
    /// A document is read whole, and large ones one at a time: with as much for its nodes, a hostile one of
    /// the usual limit stays below 200 MiB. A text that a collection wrote of itself may have a quarter.
    pub document: u64,
    /// How long reading may take; judging what was read is bounded work and comes on top.
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
    /// The most that `depth` may be: each layer is read from within the one around it, and takes its
    /// part of a stack that does not grow.
    pub const DEEPEST: u32 = 32;

    /// How many bytes one document may have, and which limit says so.
    pub fn of_document(&self) -> (u64, Limit) {
        let memory = u64::try_from(self.memory).unwrap_or(u64::MAX);
        if memory < self.document {
            (memory, Limit::Memory)
        } else {
            (self.document, Limit::Document)
        }
    }

    /// How many bytes a text may have that is no document.
    pub fn of_text(&self) -> u64 {
        self.document / TEXT_SHARE
    }

    /// How many bytes all compressed logs may have.
    pub fn of_logs(&self) -> u64 {
        self.inflated / 4
    }
}

/// A limit that was met.
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
    /// The flag that raises it.
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

/// A number of bytes in the largest unit that says it exactly.
pub fn size(bytes: u64) -> String {
    let units = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    let whole = |(shift, _): &&(u32, _)| bytes > 0 && bytes.trailing_zeros() >= *shift;
    match units.iter().find(whole) {
        Some((shift, unit)) => format!("{} {unit}", bytes >> shift),
        None => format!("{bytes} bytes"),
    }
}

/// A duration as people write it: "1m 30s".
pub fn duration(duration: Duration) -> String {
    match SignedDuration::try_from(duration) {
        Ok(duration) => format!("{duration:#}"),
        Err(_) => format!("{}s", duration.as_secs()),
    }
}

/// The longest path of an entry in bytes; `PATH_MAX` on Linux. A longer one cannot have been a file
/// of whoever wrote the archive.
pub(crate) const NAME_LIMIT: usize = 4096;

/// The longest extension of a tar header (a GNU long name, a set of PAX records) in bytes.
pub(crate) const EXTENSION_LIMIT: u64 = 1 << 20;

/// How many bytes count as having gone in before that many have. What is honest and small may be very
/// compressible: of the usual ratio, a GiB comes out before anybody asks from how few.
pub(crate) const RATIO_FLOOR: u64 = (1_u64 << 30).div_ceil(2000);

/// The most bytes that are read after the end of a tar to reach the checksum of its compression.
pub(crate) const TAIL_LIMIT: u64 = 1 << 26;

/// The largest dictionary of xz or window of zstd that is borne, in bytes.
///
/// `xz -9` asks for 64 MiB, `zstd --ultra -22` for 128 MiB. Within another xz or zstd it is an eighth of
/// what it is outside, so that all of them together take little more than one.
pub(crate) const DICTIONARY_LIMIT: u32 = 1 << 27;

/// The most pieces of damage, and the most archives within the input, that are named one by one.
pub(crate) const DAMAGE_LIMIT: usize = 10_000;

/// The size of the read buffers in bytes.
pub const BUFFER: usize = 128 * 1024;

/// What part of the bytes of a document a text may have that is none. The logs that collections write of
/// themselves have some MiB.
const TEXT_SHARE: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_exactly() {
        for (bytes, said) in [
            (0, "0 bytes"),
            (1000, "1000 bytes"),
            (1024, "1 KiB"),
            (1536, "1536 bytes"),
            (512 << 20, "512 MiB"),
            (1 << 38, "256 GiB"),
        ] {
            assert_eq!(size(bytes), said);
        }
    }

    #[test]
    fn durations_are_said_as_they_are_typed() {
        assert_eq!(duration(Duration::from_secs(90)), "1m 30s");
        assert_eq!(duration(Duration::from_millis(1500)), "1s 500ms");
    }

    #[test]
    fn a_document_fits_into_the_memory() {
        let limits = Limits::default();
        assert_eq!(limits.of_document(), (64 << 20, Limit::Document));
        assert_eq!(Limits { memory: 100, ..limits }.of_document(), (100, Limit::Memory));
    }
}
