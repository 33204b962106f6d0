//! Runs the rules, and decides what is the same for all of them.

pub mod aggregate;
pub mod causality;
mod floor;
pub mod manual;
pub mod needs;
pub mod outcome;
mod quotes;
pub mod rule;
pub mod run;
pub(crate) mod settle;
mod shared_keys;
pub(crate) mod source;
