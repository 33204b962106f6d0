//! Orphaned third-party APIService whose Service does not exist.
//!
//! # Why it matters
//!
//! An operator that was removed left its APIService behind. The API server still sends requests to
//! a Service that does not exist: API discovery is incomplete, namespaces stay in Terminating with
//! `NamespaceDeletionDiscoveryFailure`, and garbage collection stops.
//!
//! # What to do
//!
//! Delete the APIService after you have verified that its operator was removed permanently.
//!
//! # Blind spots
//!
//! Only API groups that do not belong to OpenShift or Kubernetes are checked here. Platform groups
//! are reported by `apiservices/unavailable`. An operator that was installed minutes ago may not
//! have created its Service yet.
//!
//! # References
//!
//! - kubernetes/kube-aggregator `pkg/controllers/status/remote/remote_available_controller.go`
//!   (reason `ServiceNotFound`)

use mustknow_cluster::Lookup;
use mustknow_cluster::model::kinds::{API_SERVICE, SERVICE};
use mustknow_cluster::views::{ApiService, Condition, Service};

use crate::catalog::prelude::*;
use crate::engine::excerpt;

/// How long an operator may take to create its Service.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "apiservices/orphaned",
    title: "orphaned third-party APIService whose Service does not exist",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&API_SERVICE)],
    uses: &[Need::Kind(&SERVICE)],
};

/// Whether the group belongs to a third party and its Service is reported as not found.
pub(super) fn is_orphan(api: ApiService<'_>, available: Condition<'_>) -> bool {
    let group = api.group();
    let is_own = group.ends_with("openshift.io")
        || group.ends_with("metrics.k8s.io")
        || &*group == "packages.operators.coreos.com";
    !is_own && available.is_false() && &*available.reason() == "ServiceNotFound"
}

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for api in cx.all::<ApiService<'_>>() {
        let (Some(_), Some(available)) = (api.service(), api.available()) else { continue };
        examined += 1;
        let is_recent = cx.age(available.since()).is_some_and(|age| age <= GRACE);
        if is_orphan(api, available) && !is_recent {
            findings.extend(finding(cx, api, available));
        }
    }
    Verdict::over(examined, findings, "no APIService is backed by a Service")
}

fn finding(cx: &RuleContext<'_>, api: ApiService<'_>, available: Condition<'_>) -> Option<Finding> {
    let (namespace, service) = api.service()?;
    let name = api.name();
    let missing_service = Subject::namespaced("Service", &*namespace, &*service);
    let (absence, proof) = match cx.look_up::<Service<'_>>(&namespace, &service) {
        // The Service has been created again.
        Lookup::Here(_) => return None,
        Lookup::Absent(searched) => {
            let detail = format!("{} does not contain Service {service}", searched.path);
            (Some(Evidence::missing(missing_service, &searched)), Proof::Verified(detail))
        }
        Lookup::Unknown(_) => {
            (None, Proof::ByHand(format!("oc get service {service} -n {namespace}")))
        }
    };
    let summary =
        format!("APIService {name} refers to Service {namespace}/{service}, which does not exist");
    let evidence = Evidence::condition(api.resource(), available, excerpt(&available.message()));
    Some(
        Finding::new(Subject::view(api), summary, evidence)
            .since(available.since())
            .why(
                "The API server sends requests to a Service that does not exist: API discovery is \
                 incomplete, namespaces stay in Terminating and garbage collection stops.",
            )
            .keywords(format!("namespace {namespace} service {service}: {name}"))
            .group_by(GroupKey::Endpoint, format!("{service}.{namespace}.svc"))
            .keywords(format!("{}: {}", available.reason(), available.message()))
            .evidence(absence)
            .remedy(
                Remedy::new("Delete the orphaned APIService.")
                    .command(format!("oc delete apiservice {name}"))
                    .verify("oc get apiservices")
                    .side_effect(format!("the API group {} is no longer served", api.group()))
                    .precondition(format!("Service {namespace}/{service} does not exist"), proof)
                    .precondition(
                        format!(
                            "the operator that served {} was removed permanently and is not being \
                             reinstalled",
                            api.group()
                        ),
                        Proof::ByHand(format!("oc get deployments,subscriptions -n {namespace}")),
                    ),
            ),
    )
}
