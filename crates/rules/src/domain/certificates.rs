//! Certificates in objects: where they are, what renews them, and which CA issued them.

use std::borrow::Cow;

use mustknow_cluster::model::certificate::{Bundle, Certificate, CertificateRef};
use mustknow_cluster::model::clock::ClockSource;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{self, Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ConfigMap, Node, Secret};

use crate::signals::certificate::{certificate_evidence, certificate_ref};
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::Evidence;
use crate::terms::finding::Finding;
use crate::terms::quoting::name_list;
use crate::terms::verdict::{Gap, GapKind};

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

/// The key of a ConfigMap with a bundle of CAs.
const CA_BUNDLE: &str = "ca-bundle.crt";

/// A command that shows the dates of the certificate in the Secret that a finding is about.
pub const SHOW_DATES: &str = "oc get secret {name} -n {namespace} -o jsonpath='{.data.tls\\.crt}' \
                              | base64 -d | openssl x509 -noout -dates";

/// The name of the Secret with the default certificate of an IngressController.
pub fn default_certificate(controller: &Resource) -> String {
    let own = controller.text(&["spec", "defaultCertificate", "name"]);
    own.map_or_else(|| format!("router-certs-{}", controller.name()), Cow::into_owned)
}

/// The gap of a field whose certificates were not all read: some are damaged or masked, or there are
/// too many. What the others lack can be in them.
pub fn certificates_gap(object: &Resource, certificates: &CertificateRef) -> Option<Gap> {
    let bundle = &certificates.bundle;
    (bundle.unreadable > 0 || bundle.is_cut).then(|| {
        let (field, key) = (certificates.field_path(), object.key());
        Gap::new(GapKind::Damaged, format!("{field} of {key}: not all certificates can be read"))
    })
}

/// A bundle of CAs in a ConfigMap, under `ca-bundle.crt`.
#[derive(Clone, Copy)]
pub struct CaBundle<'s> {
    /// The ConfigMap.
    pub map: ConfigMap<'s>,
    /// The CAs.
    pub authorities: &'s CertificateRef,
}

impl<'s> CaBundle<'s> {
    /// The bundle in the ConfigMap of that name, or the gap if it was not collected.
    pub fn find(cx: &RuleContext<'s>, namespace: &str, name: &str) -> Result<Self, Gap> {
        let map: Option<ConfigMap<'s>> = cx.find(namespace, name);
        map.and_then(|map| {
            Some(Self { map, authorities: certificate_ref(map.resource(), CA_BUNDLE)? })
        })
        .ok_or_else(|| {
            let what = format!("CA bundle in ConfigMap {namespace}/{name}: not collected");
            Gap::new(GapKind::NotCollected, what)
                .command(Command::new("oc adm inspect ns/{namespace}", &[("namespace", namespace)]))
        })
    }

    /// The gap if not all of its CAs were read.
    pub fn gap(self) -> Option<Gap> {
        certificates_gap(self.map.resource(), self.authorities)
    }

    /// When the newest CA was created.
    pub fn newest(self) -> Option<Time> {
        self.authorities.bundle.iter().map(|one| one.not_before).max()
    }

    /// The bundle as evidence.
    pub fn evidence(self, note: impl Into<String>) -> Evidence {
        certificate_evidence(self.map.resource(), self.authorities, note)
    }

    /// The names of its CAs, as evidence.
    pub fn contents(self) -> Evidence {
        let names: Vec<_> = self.authorities.bundle.iter().map(|one| &*one.subject.label).collect();
        self.evidence(format!("it contains {}", name_list(&names)))
    }
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
    ORIGINATING_SERVICE.iter().find_map(|name| resource.annotation(name)).map(Cow::into_owned)
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

/// Whether nothing renews or uses the Secret any more: it is a copy for a revision of a static pod,
/// or belongs to an etcd member whose node no longer exists. Reads Nodes.
pub fn is_abandoned(cx: &RuleContext<'_>, secret: &Resource) -> bool {
    is_revision_copy(cx, secret) || belongs_to_removed_member(cx, secret.namespace(), secret.name())
}

fn belongs_to_removed_member(cx: &RuleContext<'_>, namespace: &str, name: &str) -> bool {
    let member = ["etcd-serving-metrics-", "etcd-serving-", "etcd-peer-"]
        .into_iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    let mut nodes = cx.all::<Node<'_>>().peekable();
    namespace.starts_with("openshift-etcd")
        && nodes.peek().is_some()
        && member.is_some_and(|member| !nodes.any(|node| node.name() == member))
}

/// The gather time, which a rule needs that compares dates of certificates with it.
pub fn collection_time(cx: &RuleContext<'_>) -> Result<Time, Gap> {
    let what = "the archive does not show when it was collected";
    cx.now().ok_or_else(|| Gap::new(GapKind::FieldAbsent, what))
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
