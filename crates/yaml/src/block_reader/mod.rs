//! The block reader: one forward pass over one YAML document, line by line, onto the tape.
//!
//! It reads what `oc` and `kubectl` write; anything else is left to the library. `reader` holds the state
//! and the byte-level questions, `lines` moves from line to line, `collections` reads mappings and
//! sequences in block style, `values` and `flow` read the values in them, and `skip_value` passes over
//! pruned values.

mod bytes;
mod collections;
mod flow;
mod lines;
mod reader;
mod skip_value;
mod values;

pub(super) use reader::BlockReader;
