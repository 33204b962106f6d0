//! The commands.

#[cfg(feature = "generate")]
pub(crate) mod generate;
mod one_by_one;
pub(crate) mod rules;
pub(crate) mod scan;
pub(crate) mod timeline;
mod unknown;
pub(crate) mod why;
