//! Reads the inputs: finds them, opens them, and reads each file once.

mod bounded_read;
mod context;
mod document;
mod inputs;
mod objects;
mod open;
mod pruned_fields;
mod record_times;
mod router;
mod workers;

pub use inputs::{Inputs, inputs_of};
pub use open::{Archive, open, open_stream, open_together};
