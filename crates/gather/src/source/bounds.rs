//! How much of a hostile input is borne.
//!
//! Every limit is far above what real archives hold, so that whoever meets one is not harmed by it.

/// The most members (files, directories, links) that are read from one input.
///
/// The largest must-gathers seen hold some 100,000.
pub(super) const ENTRY_LIMIT: u64 = 2_000_000;

/// The longest path of an entry in bytes; `PATH_MAX` on Linux.
pub(super) const NAME_LIMIT: usize = 4096;

/// The longest extension of a tar header (a GNU long name, a set of PAX records) in bytes.
pub(super) const EXTENSION_LIMIT: u64 = 1 << 20;

/// The most bytes that are taken out of one stream, and out of all compressed streams of an input.
pub(super) const STREAM_LIMIT: u64 = 1 << 38;

/// How many bytes may come out of compressed streams for each byte of the input.
///
/// Must-gathers come to 10 or 30, logs of one line over and over to some hundred; gzip ends at 1,032.
pub(super) const RATIO_LIMIT: u64 = 2000;

/// How many bytes may come out of compressed streams before anybody asks from how few.
pub(super) const RATIO_FLOOR: u64 = 1 << 30;

/// How many archives and compressions may lie in one another: eight archives, each compressed.
pub(super) const NESTING_LIMIT: u32 = 16;

/// The most bytes that are read after the end of a tar to reach the checksum of its compression.
pub(super) const TAIL_LIMIT: u64 = 1 << 26;

/// The largest dictionary of xz or window of zstd that is borne, in bytes.
///
/// `xz -9` asks for 64 MiB, `zstd --ultra -22` for 128 MiB. Within another xz or zstd it is an eighth of
/// what it is outside, so that all of them together take little more than one.
pub(super) const DICTIONARY_LIMIT: u32 = 1 << 27;

/// The most pieces of damage, and the most archives within the input, that are named one by one.
pub(super) const DAMAGE_LIMIT: usize = 10_000;

/// The size of the read buffers in bytes.
pub(super) const BUFFER: usize = 128 * 1024;
