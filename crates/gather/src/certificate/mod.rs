//! Certificates that objects hold: read while their file passes, and the text let go.
//!
//! What is kept is a small record for each distinct certificate, one list for each distinct value,
//! and for each place its line. So one bundle in every namespace costs once, and neither text of
//! Secrets nor anything of private keys is in memory when rules look.

mod held;
mod known;
mod pem;
mod record;
#[cfg(test)]
mod tests;

pub use held::{Held, Part};
pub(crate) use held::{held_by, is_read};
pub use known::Bundle;
pub(crate) use known::Known;
pub use record::{Certificate, Id, Name};
