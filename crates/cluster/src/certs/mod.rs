//! Certificates that objects hold: read while their file passes, after which the text is dropped.
//!
//! What is kept is a small record for each distinct certificate, one list for each distinct value,
//! and for each place its line. So one bundle in every namespace costs once, and neither text of
//! Secrets nor anything of private keys is in memory when rules look.

mod cache;
mod der_reader;
mod find;
mod name;
mod parse;
mod pem;
#[cfg(test)]
mod tests;
mod validity;

pub(crate) use cache::CertificateCache;
pub(crate) use find::{certificates_in, reads_certificates};
