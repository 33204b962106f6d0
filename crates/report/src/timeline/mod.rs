//! What happened when, in words: the moments of a history, for people and for programs.

mod alike;
mod build;
pub mod jsonl;
mod model;
pub mod text;

pub use build::{build, drawn};
pub use model::{EventRow, OmittedEvents, SCHEMA, TimelineChart, TimelineGap, TimelineReport};
