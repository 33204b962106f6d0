//! What happened when, as far as the archive tells: moments of many sources in one order.
//!
//! It reads and does not judge: how bad a moment is, the thing itself says. Each source is a file.

mod alerts;
mod certificates;
mod collect;
mod conditions;
mod events;
mod filter;
mod findings;
mod gaps;
mod logs;
mod moment;
mod nodes;
mod objects;
mod outages;
mod pods;
mod revisions;
mod severity;
mod updates;

pub use collect::{ReadScope, Timeline, interest, of};
pub use filter::{Filter, FilteredOut, ObjectPattern};
pub use moment::{Source, TimelineEvent};
