//! Puts together what belongs to one cluster: collections, groups of collections, and the snapshot of each group.

pub(crate) mod archives;
pub(crate) mod collection;
pub(crate) mod freeze;
pub(crate) mod group;
pub(crate) mod obfuscated;
pub(crate) mod record;
pub(crate) mod resources;
