//! What tests, benchmarks and tasks of the project share: fixtures, faults and generated data.

pub mod batch_data;
pub mod bench_data;
pub mod cases;
pub mod crash_loop_data;
pub mod faults;
pub mod fixtures;
pub mod openshift_words;
pub mod planted_secrets;
mod workspace;

pub use workspace::workspace;
