//! The exit codes of the program.

/// No finding reached `--fail-on`.
pub(crate) const CLEAN: u8 = 0;
/// A finding reached `--fail-on`.
pub(crate) const FOUND: u8 = 1;
/// The command line was wrong, or an input could not be read at all.
pub(crate) const FAILED: u8 = 2;
/// The program was interrupted; shells report the same for a program that SIGINT ended.
pub(crate) const INTERRUPTED: i32 = 130;
