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

/// The most uncompressed bytes that are taken out of one compressed stream.
pub(super) const STREAM_LIMIT: u64 = 1 << 38;

/// The most bytes that are read after the end of a tar to reach the checksum of its compression.
pub(super) const TAIL_LIMIT: u64 = 1 << 26;

/// The largest dictionary an xz stream may ask for, in bytes; `xz -9` asks for 64 MiB.
pub(super) const DICTIONARY_LIMIT: u32 = 1 << 28;

/// The most pieces of damage that are named one by one.
pub(super) const DAMAGE_LIMIT: usize = 10_000;

/// The size of the read buffers in bytes.
pub(super) const BUFFER: usize = 128 * 1024;
