//! Services for which service-ca cannot make a serving certificate, and says why.
//!
//! # Why it matters
//!
//! The Secret is missing or belongs to somebody else: pods that mount it do not start, or serve a
//! certificate nobody believes. After ten attempts service-ca gives up for good.
//!
//! # What to do
//!
//! Mostly a Secret of that name is there already and belongs to another Service, or to an earlier
//! one of the same name. Remove it, and the annotations of the error, so that it is tried again.
//!
//! # Blind spots
//!
//! The annotations are removed as soon as an attempt succeeds, so that they tell the present.
//!
//! # References
//!
//! - openshift/service-ca-operator `pkg/controller/servingcert/controller/secret_creating_controller.go`, `pkg/controller/api/api.go`

use mustknow_gather::kinds::{SERVICE, Service};

use super::serving_secret_missing::ERRORS;
use crate::catalog::prelude::*;
use crate::facts::{excerpt, severity_in, wanted_secret};

pub(super) static META: Meta = Meta {
    id: "certificates/serving-cert-failed",
    title: "Services for which service-ca cannot make a serving certificate",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&SERVICE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let (mut examined, mut findings) = (0, Vec::new());
    for service in case.all::<Service<'_>>() {
        let resource = service.resource();
        let Some(secret) = wanted_secret(resource) else { continue };
        examined += 1;
        let error = ERRORS.iter().find(|error| resource.annotation(error).is_some());
        let Some(error) = error else { continue };
        let words = resource.annotation(error).unwrap_or_default();
        let (namespace, name) = (resource.namespace(), resource.name());
        let summary = format!(
            "service-ca cannot make the certificate of Service {namespace}/{name}: {}",
            excerpt(&words)
        );
        let evidence =
            Evidence::field(resource, &["metadata", "annotations", error], "what service-ca says");
        findings.push(
            Finding::new(Subject::view(service), summary, evidence)
                .severity(severity_in(case, namespace, Severity::Error))
                .why(
                    "Pods that mount the Secret do not start, or serve a certificate that nobody \
                     believes. After ten attempts service-ca gives up.",
                )
                .saying(format!("certificate {namespace}/{name} {secret} {words}"))
                .remedy(
                    Remedy::new(
                        "Remove the Secret that is in the way, and the annotations of the error, so \
                         that it is tried again.",
                    )
                    .command(format!(
                        "oc annotate service {name} -n {namespace} \
                         service.beta.openshift.io/serving-cert-generation-error- \
                         service.beta.openshift.io/serving-cert-generation-error-num- \
                         service.alpha.openshift.io/serving-cert-generation-error- \
                         service.alpha.openshift.io/serving-cert-generation-error-num-"
                    ))
                    .verify(format!("oc get service {name} -n {namespace} -o yaml"))
                    .before(
                        format!("Secret {namespace}/{secret} is absent or nobody else needs it"),
                        Proof::ByHand(format!("oc get secret {secret} -n {namespace} -o yaml")),
                    ),
                ),
        );
    }
    Verdict::over(examined, findings, "no Service asks for a serving certificate")
}
