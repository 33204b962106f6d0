//! What is stored of a certificate, and where in an object it was found.
//!
//! Names are compared by their DER bytes, as Go's `crypto/x509` compares raw subject and raw
//! issuer. Texts are limited in length because the archive is untrusted.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use super::time::Time;

/// A hash that identifies a certificate, key or name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64, u64);

impl Fingerprint {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let hash = |salt| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(salt);
            hasher.write(bytes);
            hasher.finish()
        };
        Self(hash(0), hash(1))
    }
}

/// The subject or the issuer of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName {
    /// The common name, or the full name if there is no common name.
    pub label: Box<str>,
    /// The hash of its DER bytes.
    pub id: Fingerprint,
}

/// One certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The hash of its DER bytes.
    pub id: Fingerprint,
    /// The subject.
    pub subject: Arc<DistinguishedName>,
    /// The issuer.
    pub issuer: Arc<DistinguishedName>,
    /// `notBefore`.
    pub not_before: Time,
    /// `notAfter`.
    pub not_after: Time,
    /// Whether it is a CA certificate.
    pub is_ca: bool,
    /// The hash of its subject key identifier.
    pub subject_key: Option<Fingerprint>,
    /// The hash of its authority key identifier.
    pub authority_key: Option<Fingerprint>,
    /// The DNS names and IP addresses of its subject alternative name.
    pub names: Box<[Box<str>]>,
    /// Whether it has more names than are stored.
    pub has_more_names: bool,
}

impl Certificate {
    /// Whether subject and issuer are the same.
    pub fn is_self_issued(&self) -> bool {
        self.subject.id == self.issuer.id
    }

    /// Whether it is expired at `now`.
    pub fn is_expired(&self, now: Time) -> bool {
        self.not_after < now
    }

    /// Whether `other` can be its issuer: the issuer name matches, and so does the key identifier
    /// if both certificates have one.
    pub fn may_be_signed_by(&self, other: &Self) -> bool {
        let is_same_key = match (&self.authority_key, &other.subject_key) {
            (Some(authority), Some(subject)) => authority == subject,
            _ => true,
        };
        other.subject.id == self.issuer.id && is_same_key
    }

    /// Whether it is valid for that host name. A wildcard matches one label.
    pub fn covers(&self, host: &str) -> bool {
        let is_same = |name: &str| match name.strip_prefix("*.") {
            Some(domain) => host.split_once('.').is_some_and(|(label, rest)| {
                !label.is_empty() && rest.eq_ignore_ascii_case(domain)
            }),
            None => name.eq_ignore_ascii_case(host),
        };
        self.names.iter().any(|name| is_same(name))
    }

    /// Approximate memory use in bytes, without the names of subject and issuer.
    pub(crate) fn weight(&self) -> usize {
        let names: usize = self.names.iter().map(|name| name.len() + size_of::<Box<str>>()).sum();
        size_of::<Self>() + names
    }
}

/// The certificates in one value.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The certificates that could be parsed, in order.
    pub certificates: Box<[Arc<Certificate>]>,
    /// How many could not be parsed.
    pub unreadable: usize,
    /// Whether there are more certificates than are stored.
    pub is_cut: bool,
}

impl Bundle {
    /// The first certificate: in a chain, the leaf.
    pub fn first(&self) -> Option<&Certificate> {
        self.certificates.first().map(|first| &**first)
    }

    /// Every certificate.
    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().map(|one| &**one)
    }

    /// Whether it contains certificates and all of them were parsed and stored.
    pub fn is_whole(&self) -> bool {
        !self.certificates.is_empty() && self.unreadable == 0 && !self.is_cut
    }
}

/// Which field of an object contains the certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateField {
    /// A key of `data`.
    Data,
    /// `certificate-authority-data` in a kubeconfig under a key of `data`.
    KubeconfigCa,
    /// `client-certificate-data` in a kubeconfig under a key of `data`.
    KubeconfigClient,
    /// `caBundle`: the CAs that a client trusts.
    CaBundle,
    /// `status.certificate` of a CertificateSigningRequest.
    Issued,
}

/// A field of an object, and the certificates in it.
#[derive(Clone, Debug)]
pub struct CertificateRef {
    /// Which field it is.
    pub field: CertificateField,
    /// The key of `data`, or the name of the webhook; empty for fields that occur once.
    pub key: Box<str>,
    /// The line in the file, counted from 1.
    pub line: u64,
    /// The certificates.
    pub bundle: Arc<Bundle>,
}

impl CertificateRef {
    /// The path of the field, for messages: `data.tls.crt`.
    pub fn field_path(&self) -> String {
        let key = &self.key;
        match self.field {
            CertificateField::Data => format!("data.{key}"),
            CertificateField::KubeconfigCa => {
                format!("data.{key}: certificate-authority-data")
            }
            CertificateField::KubeconfigClient => format!("data.{key}: client-certificate-data"),
            CertificateField::CaBundle if key.is_empty() => "caBundle".to_owned(),
            CertificateField::CaBundle => format!("caBundle of webhook {key}"),
            CertificateField::Issued => "status.certificate".to_owned(),
        }
    }

    /// The text with which its line begins.
    pub fn label(&self) -> &str {
        match self.field {
            CertificateField::Data
            | CertificateField::KubeconfigCa
            | CertificateField::KubeconfigClient => &self.key,
            CertificateField::CaBundle => "caBundle",
            CertificateField::Issued => "certificate",
        }
    }

    /// Approximate memory use in bytes, without the certificates.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>() + self.key.len()
    }
}
