//! What happened when, as far as the archive tells: moments of many sources in one order.
//!
//! It reads and does not judge: how bad a moment is, the thing itself says. Each source is a file.

mod alerts;
mod certificates;
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
mod told;
mod updates;

pub use filter::{Filter, LeftOut, Wish};
pub use moment::{Moment, Source};
pub use told::{Depth, History, of, wanted};
