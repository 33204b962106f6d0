//! Ingress load balancer not provisioned by the cloud provider.
//!
//! This rule relies on what the ingress operator reports about the Service. A load balancer that
//! exists but does not forward traffic is reported by `ingress/canary-failing`.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go` (grace period of
//!   90 seconds)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    // A cloud provider may take some minutes.
    .note_until(Span::minutes(10))
    .why(
        "Without the load balancer the routers have no address outside the cluster, and the \
         wildcard DNS record has no target. No route is reachable.",
    )
    .fix(
        "Check the events of Service router-<name> in openshift-ingress and the log of the \
         cloud controller manager for problems with quota, credentials, subnets or tags.",
    )
    .run(&[
        "oc describe service {name} -n openshift-ingress",
        "oc logs -n openshift-cloud-controller-manager -l k8s-app --tail=200",
    ])
    .verify(&["oc get service {name} -n openshift-ingress"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let ready = IngressConditions::of(cx, "LoadBalancerReady")?;
    let managed = IngressConditions::of(cx, "LoadBalancerManaged")?;
    let is_managed = |it: &&IngressCondition<'_>| {
        !managed.bad.iter().any(|other| other.controller == it.controller)
    };
    Ok(Checked::over(ready.examined, ready.false_ones().filter(is_managed).map(finding)))
}

fn finding(condition: &IngressCondition<'_>) -> Finding {
    let service = format!("router-{}", condition.controller);
    let summary = format!(
        "load balancer of Service openshift-ingress/{service} is not ready: {} {}",
        condition.reason,
        excerpt(&condition.message)
    );
    let service = Subject::namespaced("Service", "openshift-ingress", service);
    condition
        .finding(service, &summary, "LoadBalancerReady")
        .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
}
