//! A login server without pods that are available.
//!
//! # Why it matters
//!
//! Deployment `openshift-authentication/oauth-openshift` is where users log in. Without a pod of
//! it nobody can, and the authentication operator is unavailable.
//!
//! # What to do
//!
//! Look at the pods of the Deployment: whether they are scheduled, and what they log.
//!
//! # Blind spots
//!
//! This is what the operator says of its Deployment. One pod of several that is missing for less
//! than 20 minutes is told as information only: pods are replaced one by one. A cluster whose
//! users come from an external OIDC provider has no such server.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go` (reasons
//!   `NoPod`, `UnavailablePod`)
//! - openshift/cluster-authentication-operator `pkg/controllers/deployment/deployment_controller.go`

use mustknow_gather::kinds::{OPERATOR_AUTHENTICATION, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, enumerate, excerpt};

/// How long there may be no pod at all.
const NONE: Span = Span::minutes(5);
/// How long one pod of several may be missing.
const SOME: Span = Span::minutes(20);
const NAMESPACE: &str = "openshift-authentication";

pub(super) static META: Meta = Meta {
    id: "authentication/no-oauth-pods",
    title: "a login server without pods that are available",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let ask = |name| Report::of(case, &OPERATOR_AUTHENTICATION, "authentication", name);
    let available = ask("OAuthServerDeploymentAvailable");
    let degraded = ask("OAuthServerDeploymentDegraded");
    if available.has_no_source() && degraded.has_no_source() {
        let what = "Authentication cluster and ClusterOperator authentication: not collected";
        return Verdict::Unknown(
            Gap::new(GapKind::NotCollected, what)
                .ask("oc get authentications.operator.openshift.io cluster -o yaml")
                .ask("oc get clusteroperator authentication -o yaml"),
        );
    }
    let none = available.bad().filter(|reported| reported.reason == "NoPod");
    let some = degraded.bad().filter(|reported| reported.reason == "UnavailablePod");
    let finding = match (none, some) {
        (Some(reported), _) => {
            let severity = Patience::of(case, reported.since(), NONE).severity(Severity::Critical);
            let route = Subject::namespaced("Route", NAMESPACE, "oauth-openshift");
            let finding = finding(case, &reported, "has no pod that is available");
            Some(finding.severity(severity).explains(route, ""))
        }
        (None, Some(reported)) => {
            let severity = Patience::of(case, reported.since(), SOME).severity(Severity::Error);
            Some(finding(case, &reported, "lacks pods").severity(severity))
        }
        (None, None) => None,
    };
    Verdict::over(1, finding.into_iter().collect(), "the authentication operator does not report")
}

fn finding(case: &Case<'_>, reported: &Reported<'_>, state: &str) -> Finding {
    let waiting: Vec<Pod<'_>> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("oauth-openshift-"))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let pods = if names.is_empty() {
        String::new()
    } else {
        format!("; not ready: {}", enumerate(&names, 3))
    };
    let unready = waiting.iter().take(3).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    Finding::new(
        Subject::namespaced("Deployment", NAMESPACE, "oauth-openshift"),
        format!("Deployment {NAMESPACE}/oauth-openshift {state}{pods}"),
        reported.evidence(excerpt(&reported.message)),
    )
    .since(reported.since())
    .why("Users log in at these pods; without them the authentication operator is unavailable.")
    .saying(reported.words())
    .saying(names.join(" "))
    .evidence(unready)
    .explains(Subject::cluster("ClusterOperator", "authentication"), "OAuthServerDeployment")
    .remedy(
        Remedy::new("Mend the pods of the Deployment, or what keeps them from being scheduled.")
            .command(format!("oc get pods -n {NAMESPACE} -o wide"))
            .command(format!("oc logs -n {NAMESPACE} deployment/oauth-openshift"))
            .verify("oc get clusteroperator authentication"),
    )
}
