//! The timeline of a cluster: events from all sources in an archive, sorted by time.
//!
//! This crate reads and does not judge: the severity of an event comes from its source. Each source
//! is a file.

mod alerts;
mod certificates;
mod collector;
mod conditions;
mod events;
mod filter;
mod findings;
mod gaps;
mod logs;
mod nodes;
mod objects;
mod outages;
mod pods;
mod revisions;
mod severity;
mod timeline;
mod timeline_event;
mod updates;

pub use collector::ReadScope;
pub use filter::{Filter, FilteredOut, ObjectPattern};
pub use timeline::{Timeline, interest, of};
pub use timeline_event::{Source, TimelineEvent};
