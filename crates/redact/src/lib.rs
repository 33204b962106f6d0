//! What is secret in a text, which of its lines say most, and how it is shortened without splitting a
//! secret.
//!
//! A secret is never cut without a trace: a marker takes its place and names its kind. Every pass is
//! linear in the text. What names an object (a Secret's name, a digest, a uid, a revision) is not a
//! secret: a report that hides its own evidence is worth nothing.

mod decisive;
mod encoded;
mod key_blocks;
mod kind;
mod names;
mod pairs;
mod patterns;
mod plain;
mod search;
mod shorten;
#[cfg(test)]
mod tests;
mod value_span;

pub use decisive::{Weight, weigh, weight, without_head};
pub use kind::{SecretKind, SecretSpan};
pub use search::{find, redact};
pub use shorten::{redact_ends, redact_part, shorten, shorten_redacted};
