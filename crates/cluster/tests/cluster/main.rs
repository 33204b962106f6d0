//! Dumps of every format and damage, from their bytes to snapshots.

#![cfg(test)]

mod clock;
mod clock_skew;
mod clusters;
mod layouts;
mod limits;
mod logs;
mod open;
mod platform;
mod seeds;
mod support;
