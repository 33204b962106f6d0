//! Limits on how much of a dump is stored, in addition to the limits on its archive.

/// The most memory reserved for a document by the size in its header alone, in bytes.
pub(crate) const ANNOUNCED_LIMIT: u64 = 16 << 20;

/// Documents larger than this are read one at a time, in bytes.
pub(crate) const LARGE_DOCUMENT: u64 = 4 << 20;

/// The memory limit divided by this is the additional limit for certificates.
pub(crate) const CERTIFICATES_SHARE: usize = 8;

/// The limit for all compressed logs divided by this is the limit for one of them. The kubelet
/// rotates logs long before they reach it.
pub(crate) const LOG_SHARE: u64 = 8;
