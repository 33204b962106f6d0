//! APIService with a caBundle that does not match its serving certificate.
//!
//! Only APIServices with a Service whose Secret is known for certain are checked. APIServices into
//! which service-ca injects the bundle are covered by certificates/service-ca-bundle-stale.
//!
//! - kubernetes/kube-aggregator `pkg/apis/apiregistration/v1/types.go`
//! - openshift/service-ca-operator `pkg/controller/api/api.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&API_SERVICE], |cx, resource| {
        let api = ApiService::of(resource);
        let serving = api.service().and_then(|(namespace, service)| {
            ServingCertificate::of(cx, resource, &namespace, &service)
        });
        let serving = serving.ok_or_else(|| not_applicable("no serving certificate is known"))?;
        let skips = resource.at(&["spec", "insecureSkipTLSVerify"]).and_then(Value::as_bool);
        if skips == Some(true) || is_ca_injected(resource) {
            return Ok(None);
        }
        let who = format!("APIService {}", api.name());
        let finding = serving.untrusted(resource, &who, resource.certificates().first())?;
        Ok(finding.map(|finding| {
            finding
                .keywords(format!("certificate x509: {}", api.name()))
                .explains(Subject::view(api), "")
        }))
    })
    .needs(&[Need::Certificates(&API_SERVICE), Need::Certificates(&SECRET), Need::Kind(&SERVICE)])
    .grace(PROPAGATION)
    .why(
        "The kube-apiserver verifies the server of an aggregated API with the caBundle of the \
         APIService. If the bundle does not contain the CA that issued the serving certificate, \
         the API is unavailable, and with it everything that lists all APIs: namespace \
         deletion, quota, oc.",
    )
    .fix(
        "Update the bundle, or let its operator do it: cert-manager does it for objects with \
         the annotation cert-manager.io/inject-ca-from, and OLM for its own certificates. On \
         OpenShift the annotation service.beta.openshift.io/inject-cabundle does it for \
         certificates of service-ca.",
    );
