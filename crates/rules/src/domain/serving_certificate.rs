//! The serving certificate of a Service, and whether a `caBundle` trusts it.
//!
//! The Secret of the certificate is certain if the Service requests it from service-ca by
//! annotation (openshift/service-ca-operator `pkg/controller/api/api.go`), or if OLM created it
//! (operator-framework/operator-lifecycle-manager `pkg/controller/install/certresources.go`).

use mustknow_cluster::model::certificate::{Certificate, CertificateRef};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Secret, Service};

use super::certificates::{TLS_CRT, certificate_evidence, certificate_ref, chains_to, service_of};
use crate::engine::context::RuleContext;
use crate::engine::evidence::Evidence;
use crate::engine::finding::{Proof, Remedy};

/// The annotations with which a Service requests a serving certificate.
const SECRET_NAME: [&str; 2] = [
    "service.beta.openshift.io/serving-cert-secret-name",
    "service.alpha.openshift.io/serving-cert-secret-name",
];
/// The annotations with which an object requests the CA bundle of service-ca.
const INJECT_CA_BUNDLE: [&str; 2] =
    ["service.beta.openshift.io/inject-cabundle", "service.alpha.openshift.io/inject-cabundle"];
/// How long a new certificate or bundle may take to reach all components that need it.
pub const PROPAGATION: Span = Span::hours(1);

/// The name of the Secret that a Service requests for its certificate.
pub fn serving_secret_name(service: &Resource) -> Option<String> {
    SECRET_NAME.iter().find_map(|name| service.annotation(name)).map(std::borrow::Cow::into_owned)
}

/// Whether service-ca injects the CA bundle of an object.
pub fn is_ca_injected(resource: &Resource) -> bool {
    INJECT_CA_BUNDLE.iter().any(|name| resource.annotation(name).as_deref() == Some("true"))
}

/// The serving certificate of a Service.
#[derive(Clone, Copy)]
pub struct ServingCertificate<'s> {
    secret: Secret<'s>,
    certificate_ref: &'s CertificateRef,
    /// The certificate.
    pub leaf: &'s Certificate,
}

impl<'s> ServingCertificate<'s> {
    /// The serving certificate of a Service that `caller` uses; None if its Secret is not certain
    /// or was not collected. Needs Services and the certificates in Secrets.
    pub fn of(
        cx: &RuleContext<'s>,
        caller: &Resource,
        namespace: &str,
        service: &str,
    ) -> Option<Self> {
        let found: Option<Service<'s>> = cx.find(namespace, service);
        let by_olm = || caller.label("olm.owner").map(|_| format!("{service}-cert"));
        let name =
            found.and_then(|service| serving_secret_name(service.resource())).or_else(by_olm)?;
        let secret: Secret<'s> = cx.find(namespace, &name)?;
        let certificate_ref = certificate_ref(secret.resource(), TLS_CRT)?;
        Some(Self { secret, certificate_ref, leaf: certificate_ref.bundle.first()? })
    }

    /// Whether `ca_bundle` does not trust it, and both are older than [`PROPAGATION`].
    pub fn is_untrusted(self, cx: &RuleContext<'_>, ca_bundle: Option<&CertificateRef>) -> bool {
        let Some(ca_bundle) = ca_bundle.map(|certificate_ref| &certificate_ref.bundle) else {
            return cx.is_older(Some(self.leaf.not_before), PROPAGATION);
        };
        let is_empty = ca_bundle.certificates.is_empty() && ca_bundle.unreadable == 0;
        let newest = ca_bundle.iter().map(|one| one.not_before).max();
        (is_empty || ca_bundle.is_whole())
            && self.certificate_ref.bundle.is_whole()
            && !chains_to(self.leaf, &self.certificate_ref.bundle, &[ca_bundle])
            && cx.is_older(Some(self.leaf.not_before).max(newest), PROPAGATION)
    }

    /// The certificate as evidence.
    pub fn evidence(self) -> Evidence {
        let note = format!("the serving certificate is issued by {}", self.issuer());
        certificate_evidence(self.secret.resource(), self.certificate_ref, note)
    }

    /// The CA that issued it.
    pub fn issuer(self) -> &'s str {
        &self.leaf.issuer.label
    }

    /// What `ca_bundle` trusts instead, in words that follow the name of the object with the
    /// bundle.
    pub fn trusted_instead(self, ca_bundle: Option<&CertificateRef>) -> String {
        let first = ca_bundle.and_then(|certificate_ref| certificate_ref.bundle.first());
        match first {
            Some(first) if first.subject.id == self.leaf.issuer.id => {
                format!("trusts {} with another key", first.subject.label)
            }
            Some(first) => format!("trusts {}", first.subject.label),
            None => "has no caBundle".to_owned(),
        }
    }

    /// How to make `caller`, an object with a `caBundle`, trust it.
    pub fn remedy(self, caller: &Resource) -> Remedy {
        let (kind, name) = (caller.key().kind.qualified(), caller.name());
        let secret = self.secret.resource();
        if service_of(self.secret).is_none() {
            return Remedy::new("Check why the operator that created the certificate, usually OLM, does not update the caBundle.")
                .command(format!("oc get secret {} -n {} -o yaml", secret.name(), secret.namespace()))
                .verify(format!("oc get {kind} {name} -o yaml"));
        }
        Remedy::new("Add the annotation that makes service-ca inject the CA bundle.")
            .command(format!(
                "oc annotate {kind} {name} service.beta.openshift.io/inject-cabundle=true"
            ))
            .verify(format!("oc get {kind} {name} -o yaml"))
            .precondition(
                "no other controller sets the caBundle or removes the annotation",
                Proof::ByHand(format!("oc get {kind} {name} -o yaml --show-managed-fields")),
            )
    }
}
