//! Several inputs in one table, the most urgent first; below it what they have in common.

mod cells;
mod columns;
mod shared;
mod short_names;
#[cfg(test)]
mod tests;
mod totals;
mod write;

pub use write::write;
