//! `mustknow scan --resume FILE`: archives that an earlier run has finished are not scanned again.

mod fingerprint;
mod index;
mod journal;

#[cfg(test)]
mod tests;

pub(crate) use journal::{Journal, JournalLookup};
