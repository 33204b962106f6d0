//! One pass over the bytes of an input.

pub(crate) mod bodies;
pub(crate) mod context;
pub(crate) mod document;
pub(crate) mod inputs;
pub(crate) mod objects;
pub(crate) mod open;
pub(crate) mod pruned;
pub(crate) mod router;

pub use inputs::{Inputs, inputs_of};
pub use open::{Archive, open, open_stream, open_together};
