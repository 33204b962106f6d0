//! Bytes of a dump in, an immutable snapshot of a cluster out.
//!
//! [`open`] reads an input in one pass, [`open_stream`] one that comes through a pipe. A [`Snapshot`] answers
//! what is there ([`Snapshot::all`]), what is provably not there ([`Snapshot::look_up`]) and what was never
//! collected ([`Snapshot::coverage`]).

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
pub use model::interest::{Interest, Names, REVISION_STATUS};
pub use model::snapshot::{Lookup, Snapshot};
