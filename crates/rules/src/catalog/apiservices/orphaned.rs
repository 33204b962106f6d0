//! Orphaned third-party APIService whose Service does not exist.
//!
//! Only API groups that do not belong to the platform are checked here. Those of the platform are
//! reported by `apiservices/unavailable`. An operator that was installed minutes ago may not
//! have created its Service yet.
//!
//! - kubernetes/kube-aggregator `pkg/controllers/status/remote/remote_available_controller.go`
//!   (reason `ServiceNotFound`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&API_SERVICE], judge)
    .reads(&[Need::Kind(&SERVICE)])
    // An operator may take that long to create its Service.
    .grace(Span::minutes(10))
    .why(
        "An operator that was removed left its APIService behind. The API server still sends \
         requests to a Service that does not exist: API discovery is incomplete, namespaces \
         stay in Terminating with NamespaceDeletionDiscoveryFailure, and garbage collection \
         stops.",
    )
    .fix(
        "Delete the APIService after you have verified that its operator was removed \
         permanently.",
    )
    .run(&["oc delete apiservice {name}"])
    .verify(&["oc get apiservices"])
    .side_effects(&["the API group {group} is no longer served"])
    .before(&[(
        "the operator that served {group} was removed permanently and is not being reinstalled",
        "oc get deployments,subscriptions -n {namespace}",
    )]);

/// Whether the group belongs to a third party and its Service is reported as not found.
pub(super) fn is_orphan(api: ApiService<'_>, available: Condition<'_>) -> bool {
    let group = api.group();
    let is_own = group.ends_with("openshift.io")
        || group.ends_with("metrics.k8s.io")
        || &*group == "packages.operators.coreos.com";
    !is_own && available.is_false() && &*available.reason() == "ServiceNotFound"
}

fn judge(cx: &RuleContext<'_>, resource: &Resource) -> Result<Option<Finding>, NotJudged> {
    let api = ApiService::of(resource);
    let Some(((namespace, service), available)) = api.service().zip(api.available()) else {
        return Err(not_applicable("no APIService of a Service"));
    };
    if !is_orphan(api, available) {
        return Ok(None);
    }
    let (absence, proof) = match cx.absence::<Service<'_>>(&namespace, &service) {
        // The Service has been created again.
        Ok(None) => return Ok(None),
        Ok(Some(searched)) => {
            let missing = Subject::namespaced("Service", &*namespace, &*service);
            let detail = format!("{} does not contain Service {service}", searched.path);
            (Some(Evidence::missing(missing, &searched)), Proof::Verified(detail))
        }
        Err(_) => (None, Proof::by_hand("oc get service {service} -n {namespace}")),
    };
    let name = api.name();
    let summary =
        format!("APIService {name} refers to Service {namespace}/{service}, which does not exist");
    let message = available.message();
    let evidence = Evidence::condition(resource, available, excerpt(&message));
    let finding = Finding::new(Subject::view(api), summary, evidence)
        .since(available.since())
        .with("namespace", &*namespace)
        .with("service", &*service)
        .with("group", api.group())
        .keywords(format!("namespace {namespace} service {service}: {name}"))
        .keywords(format!("{}: {message}", available.reason()))
        .group_by(GroupKey::Endpoint, format!("{service}.{namespace}.svc"))
        .evidence(absence)
        .before(format!("Service {namespace}/{service} does not exist"), proof);
    Ok(Some(finding))
}
