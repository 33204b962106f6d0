//! Orphaned third-party APIService whose Service does not exist.
//!
//! Only API groups that do not belong to OpenShift or Kubernetes are checked here. Platform groups
//! are reported by `apiservices/unavailable`. An operator that was installed minutes ago may not
//! have created its Service yet.
//!
//! - kubernetes/kube-aggregator `pkg/controllers/status/remote/remote_available_controller.go`
//!   (reason `ServiceNotFound`)

use crate::catalog::prelude::*;

/// How long an operator may take to create its Service.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&API_SERVICE)])
    .reads(&[Need::Kind(&SERVICE)])
    .check(check)
    .why(
        "An operator that was removed left its APIService behind. The API server still sends \
         requests to a Service that does not exist: API discovery is incomplete, namespaces \
         stay in Terminating with NamespaceDeletionDiscoveryFailure, and garbage collection \
         stops.",
    )
    .fix(
        "Delete the APIService after you have verified that its operator was removed \
         permanently.",
    );

/// Whether the group belongs to a third party and its Service is reported as not found.
pub(super) fn is_orphan(api: ApiService<'_>, available: Condition<'_>) -> bool {
    let group = api.group();
    let is_own = group.ends_with("openshift.io")
        || group.ends_with("metrics.k8s.io")
        || &*group == "packages.operators.coreos.com";
    !is_own && available.is_false() && &*available.reason() == "ServiceNotFound"
}

fn check(cx: &RuleContext<'_>) -> Judged {
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
    Ok(Checked::over(examined, findings))
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
            .keywords(format!("namespace {namespace} service {service}: {name}"))
            .group_by(GroupKey::Endpoint, format!("{service}.{namespace}.svc"))
            .keywords(format!("{}: {}", available.reason(), available.message()))
            .evidence(absence)
            .run(format!("oc delete apiservice {name}"))
            .verify("oc get apiservices")
            .side_effect(format!("the API group {} is no longer served", api.group()))
            .before(format!("Service {namespace}/{service} does not exist"), proof)
            .before(
                format!(
                    "the operator that served {} was removed permanently and is not being \
                             reinstalled",
                    api.group()
                ),
                Proof::ByHand(format!("oc get deployments,subscriptions -n {namespace}")),
            ),
    )
}
