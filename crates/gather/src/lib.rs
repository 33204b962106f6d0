//! Bytes of a must-gather in, an immutable snapshot of a cluster out.
//!
//! [`open`] reads an input in one pass, [`open_stream`] one that comes through a pipe. A [`Snapshot`] answers what is there ([`Snapshot::all`]),
//! what is provably not there ([`Snapshot::look_up`]) and what was never collected
//! ([`Snapshot::coverage`]).

mod archives;
pub mod certificate;
mod cleaned;
pub mod clock;
mod collection;
pub mod coverage;
mod document;
mod dump;
mod error;
mod freeze;
mod group;
pub mod kinds;
pub mod layout;
pub mod log;
mod objects;
mod open;
mod packed;
mod piece;
pub mod resource;
mod resources;
pub mod snapshot;
pub mod source;
pub mod time;
mod wanted;
mod whole;
pub mod yaml;

pub use error::Error;
pub use open::{Archive, Limits, open, open_stream, open_together};
pub use snapshot::{Lookup, Snapshot};
pub use wanted::{Names, Wanted};
