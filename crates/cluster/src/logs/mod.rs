//! Lines of container and node logs that some rule asked for.
//!
//! A log is scanned once, chunk by chunk, with one automaton for the literals of every rule that
//! reads it; a line and its time are looked up only where a literal hits, and the log itself is
//! not kept.

mod hits;
mod literals;
mod scanner;
mod scratch;
#[cfg(test)]
mod tests;

pub(crate) use scanner::Scanner;
pub(crate) use scratch::Scratch;
