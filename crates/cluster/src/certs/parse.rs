//! Parses a certificate in DER.
//!
//! Texts are limited in length because the archive is untrusted.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use crate::model::certificate::{Certificate, DistinguishedName, Fingerprint};
use crate::model::time::Time;

/// How many characters of a name are stored.
const NAME_LIMIT: usize = 200;
/// How many subject alternative names of a certificate are stored.
const NAMES_LIMIT: usize = 100;

/// Parses a certificate; None if the bytes are not one.
pub(super) fn parse(der: &[u8]) -> Option<Certificate> {
    let (_, parsed) = X509Certificate::from_der(der).ok()?;
    let validity = parsed.validity();
    let mut made = Certificate {
        id: Fingerprint::of(der),
        subject: Arc::new(name(parsed.subject())),
        issuer: Arc::new(name(parsed.issuer())),
        not_before: time(validity.not_before.timestamp()),
        not_after: time(validity.not_after.timestamp()),
        is_ca: false,
        subject_key: None,
        authority_key: None,
        names: Box::default(),
        has_more_names: false,
    };
    for extension in parsed.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::BasicConstraints(constraints) => made.is_ca = constraints.ca,
            ParsedExtension::SubjectKeyIdentifier(key) => made.subject_key = key_id(key.0),
            ParsedExtension::AuthorityKeyIdentifier(key) => {
                made.authority_key = key.key_identifier.as_ref().and_then(|key| key_id(key.0));
            }
            ParsedExtension::SubjectAlternativeName(names) => {
                let mut all = names.general_names.iter().filter_map(general_name);
                made.names = all.by_ref().take(NAMES_LIMIT).collect();
                made.has_more_names = all.next().is_some();
            }
            _ => {}
        }
    }
    Some(made)
}

fn name(name: &X509Name<'_>) -> DistinguishedName {
    let common = name.iter_common_name().next().and_then(|common| common.as_str().ok());
    let label = match common {
        Some(common) => shorten(common),
        None => shorten(&name.to_string()),
    };
    DistinguishedName { label, id: Fingerprint::of(name.as_raw()) }
}

fn general_name(name: &GeneralName<'_>) -> Option<Box<str>> {
    match name {
        GeneralName::DNSName(name) => Some(shorten(name)),
        GeneralName::IPAddress(bytes) => {
            let address = match <[u8; 4]>::try_from(*bytes) {
                Ok(four) => IpAddr::V4(Ipv4Addr::from(four)),
                Err(_) => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(*bytes).ok()?)),
            };
            Some(address.to_string().into())
        }
        _ => None,
    }
}

fn shorten(text: &str) -> Box<str> {
    text.chars().take(NAME_LIMIT).collect::<String>().into()
}

fn key_id(bytes: &[u8]) -> Option<Fingerprint> {
    (!bytes.is_empty()).then(|| Fingerprint::of(bytes))
}

/// A time in seconds since the epoch; times out of range become the first or last time that can be
/// represented.
fn time(seconds: i64) -> Time {
    Time::from_second(seconds).unwrap_or(if seconds < 0 { Time::MIN } else { Time::MAX })
}
