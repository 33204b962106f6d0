//! Reads the certificates in objects while their file is parsed; the text is dropped afterwards.
//!
//! A small record for each distinct certificate is stored, a list for each distinct value, and the
//! line of each field. So a bundle that is in every namespace is stored once, and no text of
//! Secrets or private keys is in memory when rules run.

mod cache;
mod find;
mod parse;
mod pem;
#[cfg(test)]
mod tests;

pub(crate) use cache::CertificateCache;
pub(crate) use find::{certificates_in, reads_certificates};
