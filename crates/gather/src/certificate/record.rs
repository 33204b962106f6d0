//! What is kept of one certificate.
//!
//! Names are compared as the API server's library does it, by their bytes (Go `crypto/x509`
//! compares raw subject and raw issuer), and texts are cut: they come from a stranger.

use std::hash::{DefaultHasher, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use crate::time::Time;

/// How much is kept of a name.
const NAME_LIMIT: usize = 200;
/// How many names a certificate may be for.
const NAMES_LIMIT: usize = 100;

/// The hash of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64, u64);

impl Id {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let hash = |salt| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(salt);
            hasher.write(bytes);
            hasher.finish()
        };
        Self(hash(0), hash(1))
    }
}

/// What a certificate calls its holder or its issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The common name, or the whole name where there is none.
    pub label: Box<str>,
    /// The hash of its bytes.
    pub id: Id,
}

/// One certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The hash of its bytes.
    pub id: Id,
    /// Whose it is.
    pub subject: Arc<Name>,
    /// Who signed it.
    pub issuer: Arc<Name>,
    /// When its time begins.
    pub not_before: Time,
    /// When its time ends.
    pub not_after: Time,
    /// Whether it may sign others.
    pub is_ca: bool,
    /// The hash of the identifier of its key.
    pub subject_key: Option<Id>,
    /// The hash of the identifier of the key that signed it.
    pub authority_key: Option<Id>,
    /// The DNS names and addresses it is for.
    pub names: Box<[Box<str>]>,
    /// Whether it is for more names than are kept.
    pub has_more_names: bool,
}

impl Certificate {
    /// Reads one; None when the bytes are no certificate.
    pub(super) fn parse(der: &[u8]) -> Option<Self> {
        let (_, parsed) = X509Certificate::from_der(der).ok()?;
        let validity = parsed.validity();
        let mut made = Self {
            id: Id::of(der),
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

    /// Whether it names itself as its signer.
    pub fn is_self_issued(&self) -> bool {
        self.subject.id == self.issuer.id
    }

    /// Whether `now` lies behind its time.
    pub fn is_expired(&self, now: Time) -> bool {
        self.not_after < now
    }

    /// Whether `other` can have signed it: it is named as the issuer, and where both say by which
    /// key, it is the same.
    pub fn may_be_signed_by(&self, other: &Self) -> bool {
        let is_same_key = match (&self.authority_key, &other.subject_key) {
            (Some(signer), Some(key)) => signer == key,
            _ => true,
        };
        other.subject.id == self.issuer.id && is_same_key
    }

    /// Whether it is for a host of that name. A wildcard stands for one label.
    pub fn covers(&self, host: &str) -> bool {
        let is_same = |name: &str| match name.strip_prefix("*.") {
            Some(domain) => host.split_once('.').is_some_and(|(label, rest)| {
                !label.is_empty() && rest.eq_ignore_ascii_case(domain)
            }),
            None => name.eq_ignore_ascii_case(host),
        };
        self.names.iter().any(|name| is_same(name))
    }

    /// About how much memory it takes, in bytes, without the names of holder and issuer.
    pub(super) fn weight(&self) -> usize {
        let names: usize = self.names.iter().map(|name| name.len() + size_of::<Box<str>>()).sum();
        size_of::<Self>() + names
    }
}

fn name(name: &X509Name<'_>) -> Name {
    let common = name.iter_common_name().next().and_then(|common| common.as_str().ok());
    let label = match common {
        Some(common) => cut(common),
        None => cut(&name.to_string()),
    };
    Name { label, id: Id::of(name.as_raw()) }
}

fn general_name(name: &GeneralName<'_>) -> Option<Box<str>> {
    match name {
        GeneralName::DNSName(name) => Some(cut(name)),
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

fn cut(text: &str) -> Box<str> {
    text.chars().take(NAME_LIMIT).collect::<String>().into()
}

fn key_id(bytes: &[u8]) -> Option<Id> {
    (!bytes.is_empty()).then(|| Id::of(bytes))
}

/// A time; what lies beyond all calendars is their last moment, and what is before them the first.
fn time(seconds: i64) -> Time {
    Time::from_second(seconds).unwrap_or(if seconds < 0 { Time::MIN } else { Time::MAX })
}
