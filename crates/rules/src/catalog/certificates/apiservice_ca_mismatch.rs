//! APIService with a caBundle that does not match its serving certificate.
//!
//! Only APIServices with a Service whose Secret is known for certain are checked. APIServices into
//! which service-ca injects the bundle are covered by certificates/service-ca-bundle-stale.
//!
//! - kubernetes/kube-aggregator `pkg/apis/apiregistration/v1/types.go`
//! - openshift/service-ca-operator `pkg/controller/api/api.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Certificates(&API_SERVICE), Need::Certificates(&SECRET), Need::Kind(&SERVICE)])
    .check(check)
    .why(
        "The kube-apiserver verifies the server of an aggregated API with the caBundle of the \
         APIService. If the bundle does not contain the CA that issued the serving certificate, \
         the API is unavailable, and with it everything that lists all APIs: namespace \
         deletion, quota, oc.",
    )
    .fix(
        "Update the bundle: the annotation service.beta.openshift.io/inject-cabundle does this \
         for certificates of service-ca, and OLM does it for its own certificates.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let (mut examined, mut findings) = (0, Vec::new());
    for api in cx.all::<ApiService<'_>>() {
        let resource = api.resource();
        let is_unchecked = resource
            .at(&["spec", "insecureSkipTLSVerify"])
            .and_then(Value::as_bool)
            .unwrap_or(false);
        let Some((namespace, service)) = api.service() else { continue };
        let Some(serving) = ServingCertificate::of(cx, resource, &namespace, &service) else {
            continue;
        };
        examined += 1;
        let ca_bundle = resource.certificates().first();
        if !is_unchecked && !is_ca_injected(resource) && serving.is_untrusted(cx, ca_bundle) {
            findings.push(finding(api, ca_bundle, serving));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn finding(
    api: ApiService<'_>,
    ca_bundle: Option<&CertificateRef>,
    serving: ServingCertificate<'_>,
) -> Finding {
    let (resource, name) = (api.resource(), api.name());
    let what = serving.trusted_instead(ca_bundle);
    let evidence = match ca_bundle {
        Some(certificate_ref) => {
            certificate_evidence(resource, certificate_ref, format!("it {what}"))
        }
        None => Evidence::seen(resource, resource.head_span(), "it has no caBundle"),
    };
    let summary = format!(
        "APIService {name} {what}, but its serving certificate was issued by {}",
        serving.issuer()
    );
    Finding::new(Subject::view(api), summary, evidence)
        .likely("the certificate that the server has loaded is inferred from its Secret")
        .keywords(format!("certificate x509: {name}"))
        .explains(Subject::view(api), "")
        .evidence([serving.evidence()])
        .remedy(serving.remedy(resource))
}
