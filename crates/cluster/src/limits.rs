//! Limits on what is kept of a dump, beyond those of its archive.

/// What is set aside for a document before its bytes prove that it is as long as announced, in bytes.
pub(crate) const ANNOUNCED_LIMIT: u64 = 16 << 20;

/// A document of more than this is read while no other such is, in bytes.
pub(crate) const LARGE: u64 = 4 << 20;

/// What part of the memory certificates may take besides.
pub(crate) const CERTIFICATES_SHARE: usize = 8;

/// What part of the bytes of all compressed logs one of them may have. Real ones are rotated long before.
pub(crate) const LOG_SHARE: u64 = 8;
