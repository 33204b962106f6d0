//! Certificates in objects: where they stand, who renews them, by whom they are signed.

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

/// When a certificate of openshift/library-go `pkg/operator/certrotation` began.
const NOT_BEFORE: &str = "auth.openshift.io/certificate-not-before";
/// When it ends.
const NOT_AFTER: &str = "auth.openshift.io/certificate-not-after";
/// Who signed it.
const ISSUER: &str = "auth.openshift.io/certificate-issuer";
/// The Service whose serving certificate service-ca-operator put into a Secret, by its two names
/// (`pkg/controller/api/api.go`).
const OF_SERVICE: [&str; 2] = [
    "service.beta.openshift.io/originating-service-name",
    "service.alpha.openshift.io/originating-service-name",
];

/// The key of a Secret that holds a certificate and those that signed it.
pub const TLS_CRT: &str = "tls.crt";

/// The value of that key of `data` that holds certificates.
pub fn held<'s>(resource: &'s Resource, key: &str) -> Option<&'s CertificateRef> {
    let mut all = resource.certificates().iter();
    all.find(|held| held.field == CertificateField::Data && &*held.key == key)
}

/// Every Secret with a certificate under `tls.crt` that can be read, and that certificate.
pub fn leaves<'s>(
    cx: &RuleContext<'s>,
) -> impl Iterator<Item = (Secret<'s>, &'s CertificateRef, &'s Certificate)> {
    cx.all::<Secret<'s>>().filter_map(|secret| {
        let held = held(secret.resource(), TLS_CRT)?;
        Some((secret, held, held.bundle.first()?))
    })
}

/// The certificates under a key of a ConfigMap.
pub fn authorities<'s>(
    cx: &RuleContext<'s>,
    namespace: &str,
    name: &str,
    key: &str,
) -> Option<(ConfigMap<'s>, &'s CertificateRef)> {
    let map: ConfigMap<'s> = cx.find(namespace, name)?;
    Some((map, held(map.resource(), key)?))
}

/// The line of a place that holds certificates.
pub fn certificate_evidence(
    resource: &Resource,
    held: &CertificateRef,
    note: impl Into<String>,
) -> Evidence {
    let count = held.bundle.certificates.len();
    let label = held.label();
    let text = match count {
        1 => format!("{label}: (1 certificate)"),
        _ => format!("{label}: ({count} certificates)"),
    };
    let mark = 0..label.len();
    let path = resource.document().path.to_string();
    let place = Place::Line { path, number: held.line, text, mark };
    Evidence::Seen { subject: Subject::of(resource), place, note: note.into() }
}

/// Whether a certificate leads, over others of `chain`, to one of `anchors`. Signatures are not
/// computed: names and identifiers of keys are compared.
pub fn leads_to(certificate: &Certificate, chain: &Bundle, anchors: &[&Bundle]) -> bool {
    let mut reached = vec![certificate];
    let mut at = 0;
    while let Some(current) = reached.get(at).copied() {
        at += 1;
        let mut all = anchors.iter().flat_map(|bundle| bundle.iter());
        if all.any(|anchor| anchor.id == current.id || current.may_be_signed_by(anchor)) {
            return true;
        }
        let signers = chain.iter().filter(|signer| current.may_be_signed_by(signer));
        let new: Vec<_> =
            signers.filter(|new| !reached.iter().any(|known| known.id == new.id)).collect();
        reached.extend(new);
    }
    false
}

/// The name of the Service whose serving certificate a Secret holds.
pub fn service_of(secret: Secret<'_>) -> Option<String> {
    let resource = secret.resource();
    OF_SERVICE.iter().find_map(|name| resource.annotation(name)).map(std::borrow::Cow::into_owned)
}

/// The time of a certificate that an operator renews by itself, as its annotations say.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// When it began.
    pub not_before: Time,
    /// When it ends.
    pub not_after: Time,
}

impl Rotation {
    /// What the annotations of openshift/library-go `pkg/operator/certrotation` say.
    pub fn of(resource: &Resource) -> Option<Self> {
        resource.annotation(ISSUER)?;
        let time = |name| time::rfc3339(&resource.annotation(name)?);
        Some(Self { not_before: time(NOT_BEFORE)?, not_after: time(NOT_AFTER)? })
    }

    /// How long it is valid.
    pub fn validity(self) -> Span {
        Span::between(self.not_before, self.not_after)
    }
}

/// Whether somebody renews it without being asked: an operator, service-ca, OLM or cert-manager.
pub fn renews_itself(secret: Secret<'_>) -> bool {
    let resource = secret.resource();
    Rotation::of(resource).is_some()
        || service_of(secret).is_some()
        || resource.annotation("cert-manager.io/certificate-name").is_some()
        || resource.label("olm.managed").is_some()
}

/// Whether an object is the copy of one revision of a static pod: `serving-cert-7`. Old copies are
/// kept and never renewed.
pub fn is_of_revision(cx: &RuleContext<'_>, resource: &Resource) -> bool {
    let (namespace, name) = (resource.namespace(), resource.name());
    let Some(original) = revision_of(name) else { return false };
    let kind = resource.key().kind;
    namespace.starts_with("openshift-kube-")
        // Here names also end with those of nodes, which may end with a number.
        || (namespace.starts_with("openshift-etcd")
            && cx.snapshot().find_of(kind, namespace, original).is_some())
}

/// The name without the number of a revision at its end.
fn revision_of(name: &str) -> Option<&str> {
    let (original, revision) = name.rsplit_once('-')?;
    let is_number = !revision.is_empty() && revision.chars().all(|c| c.is_ascii_digit());
    is_number.then_some(original)
}

/// Whether the Secret belongs to an etcd member whose node is gone: nobody removes or renews it.
pub fn is_of_removed_member(cx: &RuleContext<'_>, namespace: &str, name: &str) -> bool {
    let member = ["etcd-serving-metrics-", "etcd-serving-", "etcd-peer-"]
        .into_iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    let mut nodes = cx.all::<Node<'_>>().peekable();
    namespace.starts_with("openshift-etcd")
        && nodes.peek().is_some()
        && member.is_some_and(|member| !nodes.any(|node| node.name() == member))
}

/// What a rule says that needs the gather time and has none.
pub fn no_clock() -> Gap {
    Gap::new(GapKind::FieldAbsent, "the archive does not say when it was collected")
}

/// Says that a finding is only likely where the gather time is not known for sure.
pub fn weigh_clock(cx: &RuleContext<'_>, finding: Finding) -> Finding {
    match cx.snapshot().clock().map(|clock| clock.source) {
        Some(ClockSource::GatherPod | ClockSource::Leases) => finding,
        _ => finding.likely("the time of the collection is read from the newest record it holds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_a_revision_is_told_by_its_number() {
        assert_eq!(revision_of("etcd-client-12"), Some("etcd-client"));
        assert_eq!(revision_of("etcd-client"), None);
    }
}
