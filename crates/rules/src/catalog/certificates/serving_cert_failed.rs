//! Failed generation of a service serving certificate.
//!
//! - openshift/service-ca-operator `pkg/controller/servingcert/controller/secret_creating_controller.go`,
//!   `pkg/controller/api/api.go` (the annotations are removed as soon as an attempt succeeds)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .each(&[&SERVICE], |_, service| {
        let secret = serving_secret_name(service)
            .ok_or_else(|| not_applicable("no Service requests a certificate"))?;
        let Some(annotation) = serving_error(service) else { return Ok(None) };
        let error = service.annotation(annotation).unwrap_or_default();
        let (namespace, name) = (service.namespace(), service.name());
        let summary = format!(
            "service-ca cannot generate the certificate of Service {namespace}/{name}: {}",
            excerpt(&error)
        );
        let path = ["metadata", "annotations", annotation];
        let evidence = Evidence::field(service, &path, "the service-ca error");
        Ok(Some(
            Finding::new(Subject::of(service), summary, evidence)
                .keywords(format!("certificate {namespace}/{name} {secret} {error}"))
                .with("secret", secret),
        ))
    })
    .at_once("service-ca stops after ten attempts, and removes the error after a success")
    .why(
        "The Secret is missing or belongs to another object: pods that mount it do not start, \
         or serve a certificate that clients do not trust. After ten attempts service-ca stops \
         trying.",
    )
    .fix(
        "Usually a Secret with that name already exists and belongs to another Service, or to \
         an earlier Service with the same name. Remove it and the error annotations, so that \
         service-ca tries again.",
    )
    .run(&["oc annotate service {name} -n {namespace} \
            service.beta.openshift.io/serving-cert-generation-error- \
            service.beta.openshift.io/serving-cert-generation-error-num- \
            service.alpha.openshift.io/serving-cert-generation-error- \
            service.alpha.openshift.io/serving-cert-generation-error-num-"])
    .verify(&["oc get service {name} -n {namespace} -o yaml"])
    .before(&[(
        "Secret {namespace}/{secret} does not exist or is not needed",
        "oc get secret {secret} -n {namespace} -o yaml",
    )]);
