//! Which objects are not well by their own status: the floor below all rules.
//!
//! A rule knows one bad state. The floor knows none, but what each kind says of itself: workloads by
//! their counters, pods by their phase, others by their conditions. Each predicate has the grace that
//! the state usually takes.

mod built_in;
mod condition_exceptions;
mod conditions;
mod custom_kinds;
mod excuses;
mod jobs;
mod phases;
mod pod_state;
mod polarity;
mod schedule;
mod storage;
mod unwell;
mod workloads;

pub use built_in::unwell_built_in;
pub use custom_kinds::unwell_custom;
pub use unwell::{Unwell, findings_of};
