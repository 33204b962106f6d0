//! Certificates in objects: where they are, what renews them, and which CA issued them.

use mustknow_cluster::model::certificate::{Bundle, Certificate, CertificateField, CertificateRef};
use mustknow_cluster::model::clock::ClockSource;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{self, Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ConfigMap, Node, Secret};

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Place, Subject};
use crate::engine::finding::Finding;
use crate::engine::verdict::{Gap, GapKind};

/// The start of validity of a certificate of openshift/library-go `pkg/operator/certrotation`.
const NOT_BEFORE: &str = "auth.openshift.io/certificate-not-before";
/// The end of its validity.
const NOT_AFTER: &str = "auth.openshift.io/certificate-not-after";
/// Its issuer.
const ISSUER: &str = "auth.openshift.io/certificate-issuer";
/// The annotations that name the Service of a serving certificate from service-ca-operator
/// (`pkg/controller/api/api.go`).
const ORIGINATING_SERVICE: [&str; 2] = [
    "service.beta.openshift.io/originating-service-name",
    "service.alpha.openshift.io/originating-service-name",
];

/// The key of a Secret with a certificate and its chain.
pub const TLS_CRT: &str = "tls.crt";

/// The certificates under a key of `data`.
pub fn certificate_ref<'s>(resource: &'s Resource, key: &str) -> Option<&'s CertificateRef> {
    let mut all = resource.certificates().iter();
    all.find(|certificate_ref| {
        certificate_ref.field == CertificateField::Data && &*certificate_ref.key == key
    })
}

/// Every Secret with a readable certificate under `tls.crt`, and that certificate.
pub fn leaf_certificates<'s>(
    cx: &RuleContext<'s>,
) -> impl Iterator<Item = (Secret<'s>, &'s CertificateRef, &'s Certificate)> {
    cx.all::<Secret<'s>>().filter_map(|secret| {
        let certificate_ref = certificate_ref(secret.resource(), TLS_CRT)?;
        Some((secret, certificate_ref, certificate_ref.bundle.first()?))
    })
}

/// The CA certificates under a key of a ConfigMap.
pub fn ca_certificates<'s>(
    cx: &RuleContext<'s>,
    namespace: &str,
    name: &str,
    key: &str,
) -> Option<(ConfigMap<'s>, &'s CertificateRef)> {
    let map: ConfigMap<'s> = cx.find(namespace, name)?;
    Some((map, certificate_ref(map.resource(), key)?))
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

/// Whether a certificate chains, through certificates of `chain`, to one of `anchors`. Signatures
/// are not verified: only names and key identifiers are compared.
pub fn chains_to(certificate: &Certificate, chain: &Bundle, anchors: &[&Bundle]) -> bool {
    let mut reached = vec![certificate];
    let mut at = 0;
    while let Some(current) = reached.get(at).copied() {
        at += 1;
        let mut all = anchors.iter().flat_map(|bundle| bundle.iter());
        if all.any(|anchor| anchor.id == current.id || current.may_be_signed_by(anchor)) {
            return true;
        }
        let issuers = chain.iter().filter(|issuer| current.may_be_signed_by(issuer));
        let new: Vec<_> =
            issuers.filter(|new| !reached.iter().any(|known| known.id == new.id)).collect();
        reached.extend(new);
    }
    false
}

/// The name of the Service of the serving certificate in a Secret.
pub fn service_of(secret: Secret<'_>) -> Option<String> {
    let resource = secret.resource();
    ORIGINATING_SERVICE
        .iter()
        .find_map(|name| resource.annotation(name))
        .map(std::borrow::Cow::into_owned)
}

/// The validity of a certificate that an operator rotates, from its annotations.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// The start.
    pub not_before: Time,
    /// The end.
    pub not_after: Time,
}

impl Rotation {
    /// Reads the annotations of openshift/library-go `pkg/operator/certrotation`.
    pub fn of(resource: &Resource) -> Option<Self> {
        resource.annotation(ISSUER)?;
        let time = |name| time::rfc3339(&resource.annotation(name)?);
        Some(Self { not_before: time(NOT_BEFORE)?, not_after: time(NOT_AFTER)? })
    }

    /// The time from start to end.
    pub fn validity(self) -> Span {
        Span::between(self.not_before, self.not_after)
    }
}

/// Whether the certificate is renewed automatically: by an operator, service-ca, OLM or
/// cert-manager.
pub fn is_renewed_automatically(secret: Secret<'_>) -> bool {
    let resource = secret.resource();
    Rotation::of(resource).is_some()
        || service_of(secret).is_some()
        || resource.annotation("cert-manager.io/certificate-name").is_some()
        || resource.label("olm.managed").is_some()
}

/// Whether an object is a copy for one revision of a static pod: `serving-cert-7`. Old copies are
/// kept and never renewed.
pub fn is_revision_copy(cx: &RuleContext<'_>, resource: &Resource) -> bool {
    let (namespace, name) = (resource.namespace(), resource.name());
    let Some(original) = revision_of(name) else { return false };
    let kind = resource.key().kind;
    namespace.starts_with("openshift-kube-")
        // Here some names end with the name of a node, which can end with a number.
        || (namespace.starts_with("openshift-etcd")
            && cx.snapshot().find_of(kind, namespace, original).is_some())
}

/// The name without the revision number at its end.
fn revision_of(name: &str) -> Option<&str> {
    let (original, revision) = name.rsplit_once('-')?;
    let is_number = !revision.is_empty() && revision.chars().all(|c| c.is_ascii_digit());
    is_number.then_some(original)
}

/// Whether the Secret belongs to an etcd member whose node no longer exists. It is never renewed.
pub fn belongs_to_removed_member(cx: &RuleContext<'_>, namespace: &str, name: &str) -> bool {
    let member = ["etcd-serving-metrics-", "etcd-serving-", "etcd-peer-"]
        .into_iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    let mut nodes = cx.all::<Node<'_>>().peekable();
    namespace.starts_with("openshift-etcd")
        && nodes.peek().is_some()
        && member.is_some_and(|member| !nodes.any(|node| node.name() == member))
}

/// The gap of a rule that needs the gather time.
pub fn clock_gap() -> Gap {
    Gap::new(GapKind::FieldAbsent, "the archive does not show when it was collected")
}

/// Makes a finding only likely if the gather time is not certain.
pub fn likely_if_clock_uncertain(cx: &RuleContext<'_>, finding: Finding) -> Finding {
    match cx.snapshot().clock().map(|clock| clock.source) {
        Some(ClockSource::GatherPod | ClockSource::Leases) => finding,
        _ => finding.likely("the collection time is only inferred from the newest record"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_copy_is_recognized_by_its_number() {
        assert_eq!(revision_of("etcd-client-12"), Some("etcd-client"));
        assert_eq!(revision_of("etcd-client"), None);
    }
}
