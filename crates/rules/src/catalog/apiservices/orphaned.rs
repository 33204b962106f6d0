//! An APIService of somebody else's whose Service no longer exists.
//!
//! # Why it matters
//!
//! An operator that was removed left its APIService behind. The API server goes on asking a
//! Service that is gone: discovery is incomplete, namespaces stay in Terminating with
//! `NamespaceDeletionDiscoveryFailure`, and garbage collection stops.
//!
//! # What to do
//!
//! Delete the APIService, once it is clear that what it belonged to is gone for good.
//!
//! # Blind spots
//!
//! Only groups that are not of OpenShift or Kubernetes themselves are judged here; those are
//! `apiservices/unavailable`. What was installed minutes ago may not have its Service yet.
//!
//! # References
//!
//! - kubernetes/kube-aggregator `pkg/controllers/status/remote/remote_available_controller.go`
//!   (reason `ServiceNotFound`)

use mustknow_gather::Lookup;
use mustknow_gather::kinds::{API_SERVICE, ApiService, Condition, SERVICE, Service};

use crate::catalog::prelude::*;
use crate::facts::excerpt;

/// How long an operator may take to make its Service.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "apiservices/orphaned",
    title: "an APIService of somebody else's whose Service no longer exists",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&API_SERVICE)],
    uses: &[Need::Kind(&SERVICE)],
};

/// Whether the group is a third party's and its Service is said not to exist.
pub(super) fn is_orphan(api: ApiService<'_>, available: Condition<'_>) -> bool {
    let group = api.group();
    let is_own = group.ends_with("openshift.io")
        || group.ends_with("metrics.k8s.io")
        || &*group == "packages.operators.coreos.com";
    !is_own && available.is_false() && &*available.reason() == "ServiceNotFound"
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for api in case.all::<ApiService<'_>>() {
        let (Some(_), Some(available)) = (api.service(), api.available()) else { continue };
        examined += 1;
        let is_young = case.age(available.since()).is_some_and(|age| age <= GRACE);
        if is_orphan(api, available) && !is_young {
            findings.extend(finding(case, api, available));
        }
    }
    Verdict::over(examined, findings, "no APIService is answered by a Service")
}

fn finding(case: &Case<'_>, api: ApiService<'_>, available: Condition<'_>) -> Option<Finding> {
    let (namespace, service) = api.service()?;
    let name = api.name();
    let gone = Subject::namespaced("Service", &*namespace, &*service);
    let (absence, proof) = match case.look_up::<Service<'_>>(&namespace, &service) {
        // It was made again since.
        Lookup::Here(_) => return None,
        Lookup::Absent(searched) => {
            let words = format!("{} does not hold Service {service}", searched.path);
            (Some(Evidence::missing(gone, &searched)), Proof::Verified(words))
        }
        Lookup::Unknown(_) => {
            (None, Proof::ByHand(format!("oc get service {service} -n {namespace}")))
        }
    };
    let summary =
        format!("APIService {name} asks Service {namespace}/{service}, which does not exist");
    let evidence = Evidence::condition(api.resource(), available, excerpt(&available.message()));
    Some(
        Finding::new(Subject::view(api), summary, evidence)
            .since(available.since())
            .why(
                "The API server asks a Service that is gone: discovery is incomplete, namespaces \
                 stay in Terminating and garbage collection stops.",
            )
            .saying(format!("namespace {namespace} service {service}: {name}"))
            .shares(Common::Endpoint, format!("{service}.{namespace}.svc"))
            .saying(format!("{}: {}", available.reason(), available.message()))
            .evidence(absence)
            .remedy(
                Remedy::new("Delete the APIService that was left behind.")
                    .command(format!("oc delete apiservice {name}"))
                    .verify("oc get apiservices")
                    .side_effect(format!("the API group {} is no longer served", api.group()))
                    .before(format!("Service {namespace}/{service} does not exist"), proof)
                    .before(
                        format!(
                            "the operator that served {} was removed for good and is not being \
                             installed anew",
                            api.group()
                        ),
                        Proof::ByHand(format!("oc get deployments,subscriptions -n {namespace}")),
                    ),
            ),
    )
}
