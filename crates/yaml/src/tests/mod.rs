//! Tests of whole texts, valid, unusual and hostile, compared with the library.

mod compare;
mod extract;
mod go_yaml;
mod hostile;
mod oracle;
mod roundtrip;
mod styles;
mod values;
mod visit;

use super::{Extractor, ParseBuffers, Pruned, Skip, Tree, Value, YamlError};
