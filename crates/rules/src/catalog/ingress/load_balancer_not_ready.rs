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
    .check(|cx| {
        IngressConditions::judge_unless(cx, "LoadBalancerReady", &["LoadBalancerManaged"], finding)
    })
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

fn finding(condition: &IngressCondition<'_>) -> Finding {
    let service = format!("router-{}", condition.controller);
    let service = Subject::namespaced("Service", "openshift-ingress", service);
    condition.not_ready(service, "load balancer of Service", "LoadBalancerReady")
}
