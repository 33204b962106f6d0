//! An API server for users and logins without pods that are available.
//!
//! # Why it matters
//!
//! Deployment `openshift-oauth-apiserver/apiserver` serves `oauth.openshift.io` and
//! `user.openshift.io` and checks login tokens. Without a pod of it no token is accepted, and
//! operators that need these APIs fail.
//!
//! # What to do
//!
//! Look at the pods of the Deployment: whether they are scheduled, and what they log. They keep
//! their data in etcd and are not ready without it.
//!
//! # Blind spots
//!
//! This is what the authentication operator says of the Deployment. One pod of several that is
//! missing for less than 20 minutes is told as information only: pods are replaced one by one.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go` (reasons
//!   `NoPod`, `UnavailablePod`)
//! - openshift/cluster-authentication-operator `pkg/operator/workload`

use mustknow_gather::kinds::{OPERATOR_AUTHENTICATION, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, few, is_expected};

/// How long there may be no pod at all.
const NONE: Span = Span::minutes(5);
/// How long one pod of several may be missing.
const SOME: Span = Span::minutes(20);
const NAMESPACE: &str = "openshift-oauth-apiserver";
const OPERATOR: &str = "authentication";
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "authentication/no-api-pods",
    title: "an API server for users and logins without pods that are available",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let ask = |name| Report::of(case, &OPERATOR_AUTHENTICATION, OPERATOR, name);
    let (none, some) = (ask("APIServerDeploymentAvailable"), ask("APIServerDeploymentDegraded"));
    if none.has_no_source() && some.has_no_source() {
        return Verdict::Unknown(Report::gap(&OPERATOR_AUTHENTICATION, OPERATOR));
    }
    let none = none.bad().filter(|reported| reported.reason == "NoPod");
    let some = some.bad().filter(|reported| reported.reason == "UnavailablePod");
    let finding = match (none, some) {
        (Some(reported), _) => {
            let patience = Patience::of(case, reported.since(), NONE);
            let finding = finding(case, &reported, "has no pod that is available");
            Some(finding.severity(patience.severity(Severity::Critical)))
        }
        (None, Some(reported)) => {
            let patience = Patience::of(case, reported.since(), SOME);
            let finding = finding(case, &reported, "lacks pods");
            Some(finding.severity(patience.severity(Severity::Error)))
        }
        (None, None) => None,
    };
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn finding(case: &Case<'_>, reported: &Reported<'_>, state: &str) -> Finding {
    let waiting: Vec<Pod<'_>> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| !pod.is_ready() && is_expected(*pod))
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let pods =
        if names.is_empty() { String::new() } else { format!("; not ready: {}", few(&names)) };
    let unready = waiting.iter().take(SHOWN).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    reported
        .finding(
            Subject::namespaced("Deployment", NAMESPACE, "apiserver"),
            format!("Deployment {NAMESPACE}/apiserver {state}{pods}"),
        )
        .saying(names.join(" "))
        .evidence(unready)
        .why("It serves users and logins and checks tokens: without it no token is accepted.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "APIServerDeployment")
        .remedy(
            Remedy::new("Mend the pods of the Deployment, or what keeps them from running.")
                .command(format!("oc get pods -n {NAMESPACE} -o wide"))
                .command(format!("oc logs -n {NAMESPACE} deployment/apiserver --tail=200"))
                .verify("oc get clusteroperator authentication"),
        )
}
