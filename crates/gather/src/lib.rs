//! Bytes of a must-gather in, an immutable snapshot of a cluster out.
//!
//! [`open`] reads an input in one pass, [`open_stream`] one that comes through a pipe. A [`Snapshot`] answers what is there ([`Snapshot::all`]),
//! what is provably not there ([`Snapshot::look_up`]) and what was never collected
//! ([`Snapshot::coverage`]).

mod archives;
mod bodies;
mod capitalised;
pub mod certificate;
mod cleaned;
pub mod clock;
mod collection;
pub mod coverage;
mod desk;
mod document;
mod dump;
mod error;
mod freeze;
mod group;
pub mod kinds;
pub mod layout;
mod limits;
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
mod walk;
mod wanted;
pub mod yaml;

pub use error::Error;
pub use limits::{Bound, Limits};
pub use open::{Archive, open, open_stream, open_together};
pub use snapshot::{Lookup, Snapshot};
pub use wanted::{Names, REVISION_STATUS, Wanted};
