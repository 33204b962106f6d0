//! The ingress load balancer is not provisioned by the cloud provider.
//!
//! # Why it matters
//!
//! Without the load balancer the routers have no address outside the cluster, and the wildcard DNS
//! record has no target. No route is reachable.
//!
//! # What to do
//!
//! Check the events of Service `router-<name>` in `openshift-ingress` and the log of the cloud
//! controller manager for problems with quota, credentials, subnets or tags.
//!
//! # Blind spots
//!
//! This rule relies on what the ingress operator reports about the Service. A load balancer that
//! exists but does not forward traffic is reported by `ingress/canary-failing`.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go` (grace period of
//!   90 seconds)

use mustknow_cluster::model::kinds::INGRESS_CONTROLLER;

use crate::catalog::prelude::*;
use crate::domain::{Ingress, IngressSays};
use crate::engine::{Persistence, excerpt};

/// How long a cloud provider may take.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "ingress/load-balancer-not-ready",
    title: "ingress load balancer not provisioned by the cloud provider",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let (ready, managed) =
        match (Ingress::of(cx, "LoadBalancerReady"), Ingress::of(cx, "LoadBalancerManaged")) {
            (Ok(ready), Ok(managed)) => (ready, managed),
            (Err(gap), _) | (_, Err(gap)) => return Verdict::Unknown(gap),
        };
    let is_managed = |says: &IngressSays<'_>| {
        !managed.bad.iter().any(|other| other.controller == says.controller)
    };
    let findings = ready
        .bad
        .iter()
        .filter(|says| says.is_false && is_managed(says))
        .map(|says| finding(cx, says))
        .collect();
    Verdict::over(ready.examined, findings, "the cluster has no IngressController")
}

fn finding(cx: &RuleContext<'_>, says: &IngressSays<'_>) -> Finding {
    let name = format!("router-{}", says.controller);
    let summary = format!(
        "load balancer of Service openshift-ingress/{name} is not ready: {} {}",
        says.reason,
        excerpt(&says.message)
    );
    Finding::new(
        Subject::namespaced("Service", "openshift-ingress", name.clone()),
        summary.trim_end().to_owned(),
        says.evidence("the ingress operator waits for this condition"),
    )
    .severity(Persistence::of(cx, says.since(), GRACE).severity(Severity::Error))
    .since(says.since())
    .why("Without it the routers have no address outside the cluster, so no route is reachable.")
    .keywords(says.words())
    .explains(Subject::cluster("ClusterOperator", "ingress"), "LoadBalancerReady")
    .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
    .remedy(
        Remedy::new("Find out why the cloud provider does not provision the load balancer.")
            .command(format!("oc describe service {name} -n openshift-ingress"))
            .command("oc logs -n openshift-cloud-controller-manager -l k8s-app --tail=200")
            .verify(format!("oc get service {name} -n openshift-ingress")),
    )
}
