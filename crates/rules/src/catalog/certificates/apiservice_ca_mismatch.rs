//! APIServices whose caBundle does not believe the server behind them.
//!
//! # Why it matters
//!
//! The kube-apiserver checks the server of an aggregated API with its `caBundle`. Where that does
//! not hold who signed the certificate, the API is unavailable, and with it everything that lists
//! all APIs: the deletion of namespaces, quota, `oc`.
//!
//! # What to do
//!
//! Fill in the bundle again: the annotation `service.beta.openshift.io/inject-cabundle` does so for
//! certificates of service-ca, its operator for those of OLM.
//!
//! # Blind spots
//!
//! Only APIServices behind a Service whose Secret is known for sure are judged, and not those that
//! service-ca fills in itself, of which certificates/service-ca-bundle-stale speaks.
//!
//! # References
//!
//! - kubernetes/kube-aggregator `pkg/apis/apiregistration/v1/types.go`
//! - openshift/service-ca-operator `pkg/controller/api/api.go`

use mustknow_gather::certificate::Held;
use mustknow_gather::kinds::{API_SERVICE, ApiService, SECRET, SERVICE};

use crate::catalog::prelude::*;
use crate::facts::{Serving, held_evidence, is_injected};

pub(super) static META: Meta = Meta {
    id: "certificates/apiservice-ca-mismatch",
    title: "APIServices whose caBundle does not believe the server behind them",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Certificates(&API_SERVICE), Need::Certificates(&SECRET), Need::Kind(&SERVICE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let (mut examined, mut findings) = (0, Vec::new());
    for api in case.all::<ApiService<'_>>() {
        let resource = api.resource();
        let is_unchecked = resource
            .at(&["spec", "insecureSkipTLSVerify"])
            .and_then(mustknow_gather::yaml::Value::as_bool)
            .unwrap_or(false);
        let Some((namespace, service)) = api.service() else { continue };
        let Some(serving) = Serving::of(case, resource, &namespace, &service) else { continue };
        examined += 1;
        let authorities = resource.certificates().first();
        if !is_unchecked && !is_injected(resource) && serving.is_refused(case, authorities) {
            findings.push(finding(api, authorities, serving));
        }
    }
    Verdict::over(
        examined,
        findings,
        "of no APIService is it known which certificate its server has",
    )
}

fn finding(api: ApiService<'_>, authorities: Option<&Held>, serving: Serving<'_>) -> Finding {
    let (resource, name) = (api.resource(), api.name());
    let what = serving.instead(authorities);
    let evidence = match authorities {
        Some(held) => held_evidence(resource, held, format!("it {what}")),
        None => Evidence::seen(resource, resource.head_span(), "no caBundle stands in it"),
    };
    let summary = format!(
        "APIService {name} {what}, and its server has a certificate of {}",
        serving.signer()
    );
    Finding::new(Subject::view(api), summary, evidence)
        .likely("what the server has loaded is read from its Secret")
        .why("The kube-apiserver refuses the server, so the API is unavailable.")
        .saying(format!("certificate x509: {name}"))
        .explains(Subject::view(api), "")
        .evidence([serving.evidence()])
        .remedy(serving.remedy(resource))
}
