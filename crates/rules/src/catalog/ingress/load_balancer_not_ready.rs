//! An ingress load balancer that the cloud does not provide.
//!
//! # Why it matters
//!
//! Without the load balancer the routers have no address outside the cluster, and the wildcard
//! DNS record has nothing to point at: no route is reached.
//!
//! # What to do
//!
//! Read the events of the Service `router-<name>` in `openshift-ingress` and the log of the cloud
//! controller manager: quota, credentials, subnets, tags.
//!
//! # Blind spots
//!
//! This is what the ingress operator says of the Service. A load balancer that is there but sends
//! nothing on shows as `ingress/canary-failing`.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go` (grace period of
//!   90 seconds)

use mustknow_gather::kinds::INGRESS_CONTROLLER;

use crate::catalog::prelude::*;
use crate::facts::{Ingress, IngressSays, Patience, excerpt};

/// How long a cloud may take.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "ingress/load-balancer-not-ready",
    title: "an ingress load balancer that the cloud does not provide",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let (ready, managed) =
        match (Ingress::of(case, "LoadBalancerReady"), Ingress::of(case, "LoadBalancerManaged")) {
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
        .map(|says| finding(case, says))
        .collect();
    Verdict::over(ready.examined, findings, "the cluster has no IngressController")
}

fn finding(case: &Case<'_>, says: &IngressSays<'_>) -> Finding {
    let name = format!("router-{}", says.controller);
    let summary = format!(
        "the load balancer of Service openshift-ingress/{name} is not ready: {} {}",
        says.reason,
        excerpt(&says.message)
    );
    Finding::new(
        Subject::namespaced("Service", "openshift-ingress", name.clone()),
        summary.trim_end().to_owned(),
        says.evidence("the ingress operator waits for it"),
    )
    .severity(Patience::of(case, says.since(), GRACE).severity(Severity::Error))
    .since(says.since())
    .why("Without it the routers have no address outside the cluster, so no route is reached.")
    .saying(says.words())
    .explains(Subject::cluster("ClusterOperator", "ingress"), "LoadBalancerReady")
    .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
    .remedy(
        Remedy::new("Find out from the cloud why it does not provide the load balancer.")
            .command(format!("oc describe service {name} -n openshift-ingress"))
            .command("oc logs -n openshift-cloud-controller-manager -l k8s-app --tail=200")
            .verify(format!("oc get service {name} -n openshift-ingress")),
    )
}
