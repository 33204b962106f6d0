//! Merges what was read: records into collections, collections into clusters, and clusters into
//! snapshots.

pub(crate) mod archives;
mod clock;
mod clock_skew;
pub(crate) mod collection;
pub(crate) mod collector;
pub(crate) mod group;
pub(crate) mod obfuscated;
pub(crate) mod record;
pub(crate) mod resources;
pub(crate) mod snapshots;
mod tails;
#[cfg(test)]
mod tests;
