//! Finds the lines of container and node logs that rules look for.
//!
//! A log is scanned once, chunk by chunk, with one search for the literals of all rules that read
//! it. A line and its time are determined only if a literal matches, and of the log itself only its
//! last words are stored.

mod buffer;
mod hits;
mod literals;
mod long_line;
mod scanner;
mod tail;
#[cfg(test)]
mod tests;

pub(crate) use buffer::LogBuffer;
pub(crate) use scanner::{Scanned, Scanner};
