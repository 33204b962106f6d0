//! Unavailable oauth-openshift pods.
//!
//! # Why it matters
//!
//! Users log in at Deployment `openshift-authentication/oauth-openshift`. Without an available pod
//! no user can log in, and the authentication operator is unavailable.
//!
//! # What to do
//!
//! Check the pods of the Deployment: whether they are scheduled, and what they log.
//!
//! # Blind spots
//!
//! This rule relies on what the operator reports about its Deployment. If one of several pods has
//! been missing for less than 20 minutes, this is reported as informational only, because pods are
//! replaced one at a time. A cluster with an external OIDC provider does not run this server.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go` (reasons
//!   `NoPod`, `UnavailablePod`)
//! - openshift/cluster-authentication-operator `pkg/controllers/deployment/deployment_controller.go`

use mustknow_cluster::model::kinds::{OPERATOR_AUTHENTICATION, POD};
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt, name_list_up_to};
use crate::signals::{ConditionReport, ConditionState};

/// How long there may be no available pod at all.
const NONE: Span = Span::minutes(5);
/// How long one pod of several may be missing.
const SOME: Span = Span::minutes(20);
const NAMESPACE: &str = "openshift-authentication";

pub(super) static META: Meta = Meta {
    id: "authentication/no-oauth-pods",
    title: "unavailable oauth-openshift pods",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION), Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let report = |name| ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", name);
    let available = report("OAuthServerDeploymentAvailable");
    let degraded = report("OAuthServerDeploymentDegraded");
    if available.is_not_collected() && degraded.is_not_collected() {
        let what = "Authentication cluster and ClusterOperator authentication: not collected";
        return Verdict::Unknown(
            Gap::new(GapKind::NotCollected, what)
                .command("oc get authentications.operator.openshift.io cluster -o yaml")
                .command("oc get clusteroperator authentication -o yaml"),
        );
    }
    let none = available.bad().filter(|reported| reported.reason == "NoPod");
    let some = degraded.bad().filter(|reported| reported.reason == "UnavailablePod");
    let finding = match (none, some) {
        (Some(reported), _) => {
            let severity = Persistence::of(cx, reported.since(), NONE).severity(Severity::Critical);
            let route = Subject::namespaced("Route", NAMESPACE, "oauth-openshift");
            let finding = finding(cx, &reported, "has no available pod");
            Some(finding.severity(severity).explains(route, ""))
        }
        (None, Some(reported)) => {
            let severity = Persistence::of(cx, reported.since(), SOME).severity(Severity::Error);
            Some(finding(cx, &reported, "has unavailable pods").severity(severity))
        }
        (None, None) => None,
    };
    Verdict::over(1, finding.into_iter().collect(), "the authentication operator does not report")
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>, state: &str) -> Finding {
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("oauth-openshift-"))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let pods = if names.is_empty() {
        String::new()
    } else {
        format!("; not ready: {}", name_list_up_to(&names, 3))
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
    .why("Users log in at these pods. Without them the authentication operator is unavailable.")
    .keywords(reported.keywords())
    .keywords(names.join(" "))
    .evidence(unready)
    .explains(Subject::cluster("ClusterOperator", "authentication"), "OAuthServerDeployment")
    .remedy(
        Remedy::new("Fix the pods of the Deployment or the cause that prevents their scheduling.")
            .command(format!("oc get pods -n {NAMESPACE} -o wide"))
            .command(format!("oc logs -n {NAMESPACE} deployment/oauth-openshift"))
            .verify("oc get clusteroperator authentication"),
    )
}
