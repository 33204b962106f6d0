//! What is secret in a text, and text that is safe to show.
//!
//! A secret is never cut without a trace: a marker takes its place and names its kind. Every pass is
//! linear in the text. What names an object (a Secret's name, a digest, a uid, a revision) is not a
//! secret: a report that hides its own evidence is worth nothing.

mod encoded;
mod key_blocks;
mod kind;
mod names;
mod pairs;
mod patterns;
mod plain;
mod safe_text;
mod search;
#[cfg(test)]
mod tests;
mod value_span;

pub(crate) use kind::SecretSpan;
pub use safe_text::SafeText;
pub(crate) use safe_text::is_harmless;
pub(crate) use search::find;
