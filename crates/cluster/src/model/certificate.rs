//! What is kept of one certificate.
//!
//! Names are compared as the API server's library does it, by their bytes (Go `crypto/x509`
//! compares raw subject and raw issuer), and texts are cut: they come from a stranger.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use super::time::Time;

/// The hash of some bytes.
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

/// What a certificate calls its holder or its issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName {
    /// The common name, or the whole name where there is none.
    pub label: Box<str>,
    /// The hash of its bytes.
    pub id: Fingerprint,
}

/// One certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The hash of its bytes.
    pub id: Fingerprint,
    /// Whose it is.
    pub subject: Arc<DistinguishedName>,
    /// Who signed it.
    pub issuer: Arc<DistinguishedName>,
    /// When its time begins.
    pub not_before: Time,
    /// When its time ends.
    pub not_after: Time,
    /// Whether it may sign others.
    pub is_ca: bool,
    /// The hash of the identifier of its key.
    pub subject_key: Option<Fingerprint>,
    /// The hash of the identifier of the key that signed it.
    pub authority_key: Option<Fingerprint>,
    /// The DNS names and addresses it is for.
    pub names: Box<[Box<str>]>,
    /// Whether it is for more names than are kept.
    pub has_more_names: bool,
}

impl Certificate {
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
    pub(crate) fn weight(&self) -> usize {
        let names: usize = self.names.iter().map(|name| name.len() + size_of::<Box<str>>()).sum();
        size_of::<Self>() + names
    }
}

/// The certificates of one value.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Those that could be read, in their order.
    pub certificates: Box<[Arc<Certificate>]>,
    /// How many could not.
    pub unreadable: usize,
    /// Whether there are more than are kept.
    pub is_cut: bool,
}

impl Bundle {
    /// The first certificate: whose the value is, where it is a chain.
    pub fn first(&self) -> Option<&Certificate> {
        self.certificates.first().map(|first| &**first)
    }

    /// Every certificate.
    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().map(|one| &**one)
    }

    /// Whether everything it held was read.
    pub fn is_whole(&self) -> bool {
        !self.certificates.is_empty() && self.unreadable == 0 && !self.is_cut
    }
}

/// What of an object holds the certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateField {
    /// A key of `data`.
    Data,
    /// The authorities of a cluster in a kubeconfig under a key of `data`.
    KubeconfigAuthority,
    /// The certificate of a user in a kubeconfig under a key of `data`.
    KubeconfigClient,
    /// A field `caBundle`: by which authorities a server is believed.
    CaBundle,
    /// What a CertificateSigningRequest was answered with.
    Issued,
}

/// A place of an object that holds certificates.
#[derive(Clone, Debug)]
pub struct CertificateRef {
    /// What of the object it is.
    pub part: CertificateField,
    /// The key of `data`, or the name of the webhook; empty where there is only one place.
    pub key: Box<str>,
    /// Its line in the file, counted from 1.
    pub line: u64,
    /// The certificates.
    pub bundle: Arc<Bundle>,
}

impl CertificateRef {
    /// The field, in words: `data.tls.crt`.
    pub fn field(&self) -> String {
        let key = &self.key;
        match self.part {
            CertificateField::Data => format!("data.{key}"),
            CertificateField::KubeconfigAuthority => {
                format!("data.{key}: certificate-authority-data")
            }
            CertificateField::KubeconfigClient => format!("data.{key}: client-certificate-data"),
            CertificateField::CaBundle if key.is_empty() => "caBundle".to_owned(),
            CertificateField::CaBundle => format!("caBundle of webhook {key}"),
            CertificateField::Issued => "status.certificate".to_owned(),
        }
    }

    /// The words with which its line begins.
    pub fn label(&self) -> &str {
        match self.part {
            CertificateField::Data
            | CertificateField::KubeconfigAuthority
            | CertificateField::KubeconfigClient => &self.key,
            CertificateField::CaBundle => "caBundle",
            CertificateField::Issued => "certificate",
        }
    }

    /// About how much memory it takes, in bytes, without the certificates.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>() + self.key.len()
    }
}
