//! Reads one certificate from its DER bytes (RFC 5280).
//!
//! Fields that no rule uses are stepped over: an unusual key, extension or serial number does not
//! make a certificate unreadable. Text is cut: it comes from an unknown source.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use der::Tag;
use der::oid::ObjectIdentifier;

use super::der_reader::{DerReader, constructed, primitive};
use super::{name, validity};
use crate::model::certificate::{Certificate, DistinguishedName, Fingerprint};

/// How many alternative names of a certificate are stored.
const NAMES_LIMIT: usize = 100;

const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");

/// The certificate in DER with that fingerprint; None when the bytes are not one. `name` reads the
/// name of its issuer and its subject.
pub(super) fn parse(
    id: Fingerprint,
    der: &[u8],
    name: impl Fn(&[u8]) -> Option<Arc<DistinguishedName>>,
) -> Option<Certificate> {
    let mut signed = DerReader::new(der)?.nested(Tag::Sequence)?;
    let mut fields = signed.nested(Tag::Sequence)?;
    let _signature_algorithm = signed.contents(Tag::Sequence)?;
    let _signature = signed.contents(Tag::BitString)?;

    let _version = fields.optional(constructed(0));
    let _serial_number = fields.contents(Tag::Integer)?;
    let _signature_algorithm = fields.contents(Tag::Sequence)?;
    let issuer = name(fields.encoded_sequence()?)?;
    let (not_before, not_after) = validity::parse(fields.nested(Tag::Sequence)?)?;
    let subject = name(fields.encoded_sequence()?)?;
    let _public_key = fields.contents(Tag::Sequence)?;
    let _issuer_unique_id = fields.optional(primitive(1));
    let _subject_unique_id = fields.optional(primitive(2));
    let mut certificate = Certificate {
        id,
        subject,
        issuer,
        not_before,
        not_after,
        is_ca: false,
        subject_key: None,
        authority_key: None,
        names: Box::default(),
        has_more_names: false,
    };
    if !fields.is_finished() {
        let mut extensions = fields.nested(constructed(3))?.nested(Tag::Sequence)?;
        while !extensions.is_finished() {
            read_extension(extensions.nested(Tag::Sequence)?, &mut certificate)?;
        }
    }
    Some(certificate)
}

/// Adds what an extension states; None when the bytes are not an extension. An extension whose value
/// cannot be read is ignored.
fn read_extension(mut extension: DerReader<'_>, certificate: &mut Certificate) -> Option<()> {
    let oid = extension.contents(Tag::ObjectIdentifier)?;
    let _is_critical = extension.optional(Tag::Boolean);
    let value = DerReader::new(extension.contents(Tag::OctetString)?)?;
    if oid == BASIC_CONSTRAINTS.as_bytes() {
        certificate.is_ca = is_ca(value).unwrap_or(false);
    } else if oid == SUBJECT_KEY_IDENTIFIER.as_bytes() {
        certificate.subject_key = subject_key(value);
    } else if oid == AUTHORITY_KEY_IDENTIFIER.as_bytes() {
        certificate.authority_key = authority_key(value);
    } else if oid == SUBJECT_ALT_NAME.as_bytes()
        && let Some(mut names) = alternative_names(value)
    {
        certificate.has_more_names = names.len() > NAMES_LIMIT;
        names.truncate(NAMES_LIMIT);
        certificate.names = names.into();
    }
    Some(())
}

fn is_ca(mut value: DerReader<'_>) -> Option<bool> {
    let is_ca = value.nested(Tag::Sequence)?.optional(Tag::Boolean);
    Some(is_ca == Some(&[0xff]))
}

fn subject_key(mut value: DerReader<'_>) -> Option<Fingerprint> {
    key_id(value.contents(Tag::OctetString)?)
}

fn authority_key(mut value: DerReader<'_>) -> Option<Fingerprint> {
    key_id(value.nested(Tag::Sequence)?.optional(primitive(0))?)
}

fn key_id(bytes: &[u8]) -> Option<Fingerprint> {
    (!bytes.is_empty()).then(|| Fingerprint::of(bytes))
}

/// The DNS names and addresses of a SubjectAltName, at most one more than are stored.
fn alternative_names(mut value: DerReader<'_>) -> Option<Vec<Box<str>>> {
    let mut names = value.nested(Tag::Sequence)?;
    let mut found = Vec::new();
    while !names.is_finished() && found.len() <= NAMES_LIMIT {
        let (tag, name) = names.element()?;
        if tag == primitive(2) {
            found.extend(str::from_utf8(name).ok().map(name::cut));
        } else if tag == primitive(7) {
            found.extend(address(name));
        }
    }
    Some(found)
}

fn address(bytes: &[u8]) -> Option<Box<str>> {
    let address = match <[u8; 4]>::try_from(bytes) {
        Ok(four) => IpAddr::V4(Ipv4Addr::from(four)),
        Err(_) => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)),
    };
    Some(address.to_string().into())
}
