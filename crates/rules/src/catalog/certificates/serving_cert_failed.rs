//! Failed generation of a service serving certificate.
//!
//! The annotations are removed as soon as an attempt succeeds, so they show the current state.
//!
//! - openshift/service-ca-operator `pkg/controller/servingcert/controller/secret_creating_controller.go`, `pkg/controller/api/api.go`

use super::serving_secret_missing::ERRORS;
use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&SERVICE)])
    .check(check)
    .why(
        "The Secret is missing or belongs to another object: pods that mount it do not start, \
         or serve a certificate that clients do not trust. After ten attempts service-ca stops \
         trying.",
    )
    .fix(
        "Usually a Secret with that name already exists and belongs to another Service, or to \
         an earlier Service with the same name. Remove it and the error annotations, so that \
         service-ca tries again.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let (mut examined, mut findings) = (0, Vec::new());
    for service in cx.all::<Service<'_>>() {
        let resource = service.resource();
        let Some(secret) = serving_secret_name(resource) else { continue };
        examined += 1;
        let error = ERRORS.iter().find(|error| resource.annotation(error).is_some());
        let Some(error) = error else { continue };
        let detail = resource.annotation(error).unwrap_or_default();
        let (namespace, name) = (resource.namespace(), resource.name());
        let summary = format!(
            "service-ca cannot generate the certificate of Service {namespace}/{name}: {}",
            excerpt(&detail)
        );
        let evidence =
            Evidence::field(resource, &["metadata", "annotations", error], "the service-ca error");
        findings.push(
            Finding::new(Subject::view(service), summary, evidence)
                .severity(severity_in(cx, namespace, Error))
                .keywords(format!("certificate {namespace}/{name} {secret} {detail}"))
                .run(format!(
                    "oc annotate service {name} -n {namespace} \
                         service.beta.openshift.io/serving-cert-generation-error- \
                         service.beta.openshift.io/serving-cert-generation-error-num- \
                         service.alpha.openshift.io/serving-cert-generation-error- \
                         service.alpha.openshift.io/serving-cert-generation-error-num-"
                ))
                .verify(format!("oc get service {name} -n {namespace} -o yaml"))
                .before(
                    format!("Secret {namespace}/{secret} does not exist or is not needed"),
                    Proof::ByHand(format!("oc get secret {secret} -n {namespace} -o yaml")),
                ),
        );
    }
    Ok(Checked::over(examined, findings))
}
