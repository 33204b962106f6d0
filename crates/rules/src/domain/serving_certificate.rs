//! The serving certificate of a Service, and whether a `caBundle` trusts it.
//!
//! The Secret of the certificate is certain if the Service requests it from service-ca by
//! annotation (openshift/service-ca-operator `pkg/controller/api/api.go`), or if OLM created it
//! (operator-framework/operator-lifecycle-manager `pkg/controller/install/certresources.go`).

use mustknow_cluster::model::certificate::CertificateRef;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Service;

use super::certificates::{certificates_gap, chains_to, service_of};
use crate::signals::certificate::{LeafCertificate, certificate_evidence};
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::{Finding, Proof, Remedy};
use crate::terms::verdict::Gap;

/// The annotations with which a Service requests a serving certificate.
const SECRET_NAME: [&str; 2] = [
    "service.beta.openshift.io/serving-cert-secret-name",
    "service.alpha.openshift.io/serving-cert-secret-name",
];
/// The annotations with which an object requests the CA bundle of service-ca.
const INJECT_CA_BUNDLE: [&str; 2] =
    ["service.beta.openshift.io/inject-cabundle", "service.alpha.openshift.io/inject-cabundle"];
/// The annotations with an error of service-ca about the certificate of a Service.
const ERRORS: [&str; 2] = [
    "service.beta.openshift.io/serving-cert-generation-error",
    "service.alpha.openshift.io/serving-cert-generation-error",
];
/// How long a new certificate or bundle may take to reach all components that need it.
pub const PROPAGATION: Span = Span::hours(1);

/// The name of the Secret that a Service requests for its certificate.
pub fn serving_secret_name(service: &Resource) -> Option<String> {
    SECRET_NAME.iter().find_map(|name| service.annotation(name)).map(std::borrow::Cow::into_owned)
}

/// The annotation in which service-ca reports why it cannot generate the certificate of a Service.
pub fn serving_error(service: &Resource) -> Option<&'static str> {
    ERRORS.into_iter().find(|name| service.annotation(name).is_some())
}

/// Whether service-ca injects the CA bundle of an object.
pub fn is_ca_injected(resource: &Resource) -> bool {
    INJECT_CA_BUNDLE.iter().any(|name| resource.annotation(name).as_deref() == Some("true"))
}

/// The serving certificate of a Service.
pub struct ServingCertificate<'s> {
    leaf: LeafCertificate<'s>,
    service: String,
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
        let leaf = LeafCertificate::of(cx.find(namespace, &name)?)?;
        Some(Self { leaf, service: format!("{namespace}/{service}") })
    }

    /// A finding about `caller` if its `ca_bundle` does not trust the certificate; `who` makes the
    /// call. It begins when the newer of both was created: its rule needs a grace of
    /// [`PROPAGATION`].
    pub fn untrusted(
        &self,
        caller: &Resource,
        who: &str,
        ca_bundle: Option<&CertificateRef>,
    ) -> Result<Option<Finding>, Gap> {
        let Self { leaf, service } = self;
        if ca_bundle.is_some_and(|one| chains_to(leaf, &leaf.chain.bundle, &[&one.bundle])) {
            return Ok(None);
        }
        let unread = ca_bundle.and_then(|one| certificates_gap(caller, one));
        let unread = unread.or_else(|| certificates_gap(leaf.secret.resource(), leaf.chain));
        if let Some(gap) = unread.filter(|_| ca_bundle.is_some()) {
            return Err(gap);
        }
        let trusted = ca_bundle.map(|one| one.bundle.iter().map(|one| one.not_before).max());
        let what = self.trusted_instead(ca_bundle);
        let evidence = match ca_bundle {
            Some(one) => certificate_evidence(caller, one, format!("it {what}")),
            None => Evidence::seen(caller, caller.head_span(), "it has no caBundle"),
        };
        let issuer = &leaf.issuer.label;
        let summary = format!(
            "{who} {what}, but the certificate of Service {service} was issued by {issuer}"
        );
        let note = format!("the serving certificate is issued by {issuer}");
        Ok(Some(
            Finding::new(Subject::of(caller), summary, evidence)
                .since(Some(leaf.not_before).max(trusted.flatten()))
                .likely("the certificate that the server has loaded is inferred from its Secret")
                .evidence([leaf.evidence(note)])
                .remedy(self.remedy(caller)),
        ))
    }

    /// What `ca_bundle` trusts instead, in words that follow the name of the object with the
    /// bundle.
    fn trusted_instead(&self, ca_bundle: Option<&CertificateRef>) -> String {
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
    fn remedy(&self, caller: &Resource) -> Remedy {
        let (kind, name) = (caller.key().kind.qualified(), caller.name());
        let secret = self.leaf;
        let on_caller = |template| Command::new(template, &[("kind", &*kind), ("caller", name)]);
        let show = on_caller("oc get {kind} {caller} -o yaml");
        if service_of(secret.secret).is_none() {
            return Remedy::new(
                "Check why the operator that created the certificate, usually OLM, does not update \
                 the caBundle.",
            )
            .command(Command::new(
                "oc get secret {secret} -n {namespace} -o yaml",
                &[("secret", secret.name()), ("namespace", secret.namespace())],
            ))
            .verify(show);
        }
        Remedy::new("Add the annotation that makes service-ca inject the CA bundle.")
            .command(on_caller(
                "oc annotate {kind} {caller} service.beta.openshift.io/inject-cabundle=true",
            ))
            .verify(show)
            .precondition(
                "no other controller sets the caBundle or removes the annotation",
                Proof::by_hand(on_caller("oc get {kind} {caller} -o yaml --show-managed-fields")),
            )
    }
}
