//! Reads the certificates in objects while their file is parsed; the text is dropped afterwards.
//!
//! A small record for each distinct certificate is stored, a list for each distinct value, and the
//! line of each field. So a bundle that is in every namespace is stored once, and no text of
//! Secrets or private keys is in memory when rules run.

mod cache;
mod der_reader;
mod find;
mod name;
mod parse;
mod pem;
mod request;
#[cfg(test)]
mod tests;
mod validity;

pub(crate) use cache::CertificateCache;
pub(crate) use find::{certificates_in, reads_certificates};
pub(crate) use request::requested_name;
