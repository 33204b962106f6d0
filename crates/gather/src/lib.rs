//! Bytes of a must-gather in, an immutable snapshot of a cluster out.
//!
//! [`open`] reads an input in one pass, [`open_stream`] one that comes through a pipe. A [`Snapshot`] answers what is there ([`Snapshot::all`]),
//! what is provably not there ([`Snapshot::look_up`]) and what was never collected
//! ([`Snapshot::coverage`]).

pub mod certificate;
pub mod clock;
mod clusters;
mod collection;
pub mod coverage;
mod document;
mod error;
mod freeze;
pub mod kinds;
pub mod layout;
pub mod log;
mod open;
mod packed;
mod piece;
pub mod resource;
mod resources;
pub mod snapshot;
pub mod source;
pub mod time;
mod wanted;
pub mod yaml;

pub use error::Error;
pub use open::{Archive, Limits, open, open_stream};
pub use snapshot::{Lookup, Snapshot};
pub use wanted::{Names, Wanted};
