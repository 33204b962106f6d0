//! Who serves behind a Service with which certificate, and whether a `caBundle` believes it.
//!
//! The Secret is known for sure where the Service asks service-ca for it by annotation
//! (openshift/service-ca-operator `pkg/controller/api/api.go`), and where OLM made it
//! (operator-framework/operator-lifecycle-manager `pkg/controller/install/certresources.go`).

use mustknow_cluster::model::certificate::{Certificate, CertificateRef};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Secret, Service};

use super::certificates::{TLS_CRT, certificate_evidence, held, leads_to, service_of};
use crate::engine::context::RuleContext;
use crate::engine::evidence::Evidence;
use crate::engine::finding::{Proof, Remedy};

/// By which annotations a Service asks for a serving certificate.
const ASKS: [&str; 2] = [
    "service.beta.openshift.io/serving-cert-secret-name",
    "service.alpha.openshift.io/serving-cert-secret-name",
];
/// By which annotations an object asks for the authorities of service-ca.
const INJECTED: [&str; 2] =
    ["service.beta.openshift.io/inject-cabundle", "service.alpha.openshift.io/inject-cabundle"];
/// A certificate or bundle younger than this may be on its way to those who need it.
pub const SPREADING: Span = Span::hours(1);

/// The name of the Secret that a Service wants its certificate in.
pub fn wanted_secret(service: &Resource) -> Option<String> {
    ASKS.iter().find_map(|name| service.annotation(name)).map(std::borrow::Cow::into_owned)
}

/// Whether service-ca fills in the authorities of an object.
pub fn is_injected(resource: &Resource) -> bool {
    INJECTED.iter().any(|name| resource.annotation(name).as_deref() == Some("true"))
}

/// The certificate that is served behind a Service.
#[derive(Clone, Copy)]
pub struct Serving<'s> {
    secret: Secret<'s>,
    held: &'s CertificateRef,
    /// The certificate itself.
    pub leaf: &'s Certificate,
}

impl<'s> Serving<'s> {
    /// The certificate behind a Service that `caller` calls; None where its Secret is not known
    /// for sure, or not collected. Needs services and the certificates in Secrets.
    pub fn of(
        cx: &RuleContext<'s>,
        caller: &Resource,
        namespace: &str,
        service: &str,
    ) -> Option<Self> {
        let found: Option<Service<'s>> = cx.find(namespace, service);
        let by_olm = || caller.label("olm.owner").map(|_| format!("{service}-cert"));
        let name = found.and_then(|service| wanted_secret(service.resource())).or_else(by_olm)?;
        let secret: Secret<'s> = cx.find(namespace, &name)?;
        let held = held(secret.resource(), TLS_CRT)?;
        Some(Self { secret, held, leaf: held.bundle.first()? })
    }

    /// Whether it is not believed by those who trust `authorities`, and has been there long enough.
    pub fn is_refused(self, cx: &RuleContext<'_>, authorities: Option<&CertificateRef>) -> bool {
        let Some(authorities) = authorities.map(|held| &held.bundle) else {
            return cx.is_older(Some(self.leaf.not_before), SPREADING);
        };
        let is_empty = authorities.certificates.is_empty() && authorities.unreadable == 0;
        let newest = authorities.iter().map(|one| one.not_before).max();
        (is_empty || authorities.is_whole())
            && self.held.bundle.is_whole()
            && !leads_to(self.leaf, &self.held.bundle, &[authorities])
            && cx.is_older(Some(self.leaf.not_before).max(newest), SPREADING)
    }

    /// Where the certificate stands.
    pub fn evidence(self) -> Evidence {
        let note = format!("the certificate it is served with is signed by {}", self.signer());
        certificate_evidence(self.secret.resource(), self.held, note)
    }

    /// Who signed it.
    pub fn signer(self) -> &'s str {
        &self.leaf.issuer.label
    }

    /// Whom `authorities` believe instead, as words after the one who believes.
    pub fn instead(self, authorities: Option<&CertificateRef>) -> String {
        let first = authorities.and_then(|held| held.bundle.first());
        match first {
            Some(first) if first.subject.id == self.leaf.issuer.id => {
                format!("believes {} with another key", first.subject.label)
            }
            Some(first) => format!("believes {}", first.subject.label),
            None => "has no caBundle".to_owned(),
        }
    }

    /// How `caller`, an object that holds a `caBundle`, comes to believe it.
    pub fn remedy(self, caller: &Resource) -> Remedy {
        let (kind, name) = (caller.key().kind.qualified(), caller.name());
        let secret = self.secret.resource();
        if service_of(self.secret).is_none() {
            return Remedy::new("See why the operator that made the certificate, OLM mostly, does not fill in the bundle.")
                .command(format!("oc get secret {} -n {} -o yaml", secret.name(), secret.namespace()))
                .verify(format!("oc get {kind} {name} -o yaml"));
        }
        Remedy::new("Have service-ca fill in the bundle.")
            .command(format!(
                "oc annotate {kind} {name} service.beta.openshift.io/inject-cabundle=true"
            ))
            .verify(format!("oc get {kind} {name} -o yaml"))
            .before(
                "nobody else fills in the bundle, nor resets the annotation",
                Proof::ByHand(format!("oc get {kind} {name} -o yaml --show-managed-fields")),
            )
    }
}
