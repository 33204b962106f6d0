//! Certificates in Secrets, each with its place in the archive.

use std::ops::Deref;

use mustknow_cluster::model::certificate::{Certificate, CertificateField, CertificateRef};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Secret;

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Place, Subject};
use crate::terms::finding::Finding;

/// The key of a Secret with a certificate and its chain.
const TLS_CRT: &str = "tls.crt";

/// The readable certificate under `tls.crt` of a Secret: of a chain, the first.
#[derive(Clone, Copy)]
pub struct LeafCertificate<'s> {
    /// The Secret.
    pub secret: Secret<'s>,
    /// Its place, and its chain.
    pub chain: &'s CertificateRef,
    leaf: &'s Certificate,
}

impl Deref for LeafCertificate<'_> {
    type Target = Certificate;

    fn deref(&self) -> &Certificate {
        self.leaf
    }
}

impl<'s> LeafCertificate<'s> {
    /// The certificate in a Secret.
    pub fn of(secret: Secret<'s>) -> Option<Self> {
        let chain = certificate_ref(secret.resource(), TLS_CRT)?;
        Some(Self { secret, chain, leaf: chain.bundle.first()? })
    }

    /// The certificate in every Secret that has one.
    pub fn all(cx: &RuleContext<'s>) -> impl Iterator<Item = Self> + use<'s> {
        cx.all::<Secret<'s>>().filter_map(Self::of)
    }

    /// Whether a Secret has a certificate that cannot be read.
    pub fn is_unreadable(secret: Secret<'_>) -> bool {
        certificate_ref(secret.resource(), TLS_CRT)
            .is_some_and(|chain| chain.bundle.first().is_none())
    }

    /// The certificate itself.
    pub fn certificate(self) -> &'s Certificate {
        self.leaf
    }

    /// The namespace of the Secret.
    pub fn namespace(self) -> &'s str {
        self.secret.resource().namespace()
    }

    /// The name of the Secret.
    pub fn name(self) -> &'s str {
        self.secret.resource().name()
    }

    /// Namespace and name of the Secret, for summaries.
    pub fn place(self) -> String {
        format!("{}/{}", self.namespace(), self.name())
    }

    /// The certificate as evidence.
    pub fn evidence(self, note: impl Into<String>) -> Evidence {
        certificate_evidence(self.secret.resource(), self.chain, note)
    }

    /// A finding about the Secret; `note` is about the certificate.
    pub fn finding(self, summary: impl Into<String>, note: impl Into<String>) -> Finding {
        Finding::new(Subject::view(self.secret), summary, self.evidence(note)).keywords(format!(
            "certificate {} {}",
            self.namespace(),
            self.name()
        ))
    }
}

/// The certificates under a key of `data`.
pub fn certificate_ref<'s>(resource: &'s Resource, key: &str) -> Option<&'s CertificateRef> {
    let mut all = resource.certificates().iter();
    all.find(|certificate_ref| {
        certificate_ref.field == CertificateField::Data && &*certificate_ref.key == key
    })
}

/// The place of certificates as evidence; their content is not shown.
pub fn certificate_evidence(
    resource: &Resource,
    certificate_ref: &CertificateRef,
    note: impl Into<String>,
) -> Evidence {
    let count = certificate_ref.bundle.certificates.len();
    let label = certificate_ref.label();
    let text = match count {
        1 => format!("{label}: (1 certificate)"),
        _ => format!("{label}: ({count} certificates)"),
    };
    let mark = 0..label.len();
    let path = resource.document().path.to_string();
    let place = Place::Line { path, number: certificate_ref.line, text, mark };
    Evidence::Seen { subject: Subject::of(resource), place, note: note.into() }
}
