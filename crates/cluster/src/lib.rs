//! Reads a dump (must-gather, inspect, insights archive, ...) into an immutable snapshot of a
//! cluster.
//!
//! [`open`] reads a file or directory in one pass, [`open_stream`] reads a pipe. A [`Snapshot`]
//! answers which objects exist ([`Snapshot::all`]), which provably do not exist
//! ([`Snapshot::look_up`]) and what was not collected ([`Snapshot::coverage`]).

mod certs;
mod error;
mod ingest;
pub mod layout;
mod limits;
mod logs;
mod merge;
pub mod model;
pub mod views;

pub use error::Error;
pub use ingest::{Archive, Inputs, inputs_of, open, open_stream, open_together};
pub use model::interest::{ConfigMapInterest, Interest, REVISION_STATUS};
pub use model::snapshot::{Lookup, Snapshot};
