//! A router that has been missing beside others for more than an hour.
//!
//! # Why it matters
//!
//! The remaining routers carry the traffic without reserve. After an hour the ingress operator is
//! degraded by it, and an update waits.
//!
//! # What to do
//!
//! Most often there are fewer nodes for routers than replicas are asked for: routers on the host
//! network need a node each. Ask for fewer, or add a node.
//!
//! # Blind spots
//!
//! The first hour is left out, as the ingress operator itself does. Routers below the number that
//! must run are `ingress/no-replicas`.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`
//!   (`DeploymentReplicasNotAvailable`, grace period of 60 minutes)

use mustknow_gather::kinds::INGRESS_CONTROLLER;

use crate::catalog::prelude::*;
use crate::facts::{Ingress, IngressSays, excerpt};

/// How long the operator itself bears it.
const GRACE: Span = Span::minutes(60);

pub(super) static META: Meta = Meta {
    id: "ingress/replicas-partial",
    title: "a router that has been missing beside others for more than an hour",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let (all, few) = match (
        Ingress::of(case, "DeploymentReplicasAllAvailable"),
        Ingress::of(case, "DeploymentReplicasMinAvailable"),
    ) {
        (Ok(all), Ok(few)) => (all, few),
        (Err(gap), _) | (_, Err(gap)) => return Verdict::Unknown(gap),
    };
    let is_worse = |says: &IngressSays<'_>| {
        few.bad.iter().any(|other| other.is_false && other.controller == says.controller)
    };
    let findings = all
        .bad
        .iter()
        .filter(|says| says.is_false && !is_worse(says) && case.is_older(says.since(), GRACE))
        .map(|says| finding(case, says))
        .collect();
    Verdict::over(all.examined, findings, "the cluster has no IngressController")
}

fn finding(case: &Case<'_>, says: &IngressSays<'_>) -> Finding {
    let unscheduled = Ingress::of(case, "PodsScheduled")
        .map(|ingress| ingress.bad)
        .unwrap_or_default()
        .into_iter()
        .find(|other| other.controller == says.controller);
    let name = format!("router-{}", says.controller);
    let summary = format!(
        "router Deployment openshift-ingress/{name} has had fewer pods than it wants for more than \
         an hour: {}",
        excerpt(&says.message)
    );
    Finding::new(
        Subject::namespaced("Deployment", "openshift-ingress", name),
        summary,
        says.evidence("the ingress operator says so"),
    )
    .since(says.since())
    .why("The remaining routers have no reserve, and the ingress operator is degraded by it.")
    .saying(says.words())
    .evidence(unscheduled.map(|other| other.evidence(excerpt(&other.message))))
    .explains(Subject::cluster("ClusterOperator", "ingress"), "DeploymentReplicasAllAvailable")
    .remedy(
        Remedy::new(
            "Make room for the missing router, or ask for fewer replicas when there are fewer \
             nodes for them.",
        )
        .command("oc get pods -n openshift-ingress -o wide")
        .verify("oc get clusteroperator ingress"),
    )
}
