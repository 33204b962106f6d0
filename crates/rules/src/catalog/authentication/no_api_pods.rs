//! Unavailable oauth-apiserver pods.
//!
//! This rule relies on what the authentication operator reports about the Deployment. If one of
//! several pods has been missing for less than 20 minutes, this is reported as informational only,
//! because pods are replaced one at a time.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go` (reasons
//!   `NoPod`, `UnavailablePod`)
//! - openshift/cluster-authentication-operator `pkg/operator/workload`

use crate::catalog::prelude::*;

/// How long there may be no available pod at all.
const UNAVAILABLE_GRACE: Span = Span::minutes(5);
/// How long one pod of several may be missing.
const DEGRADED_GRACE: Span = Span::minutes(20);
const NAMESPACE: &str = "openshift-oauth-apiserver";
const OPERATOR: &str = "authentication";
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION), Need::Kind(&POD)])
    .check(check)
    .why(
        "Deployment openshift-oauth-apiserver/apiserver serves oauth.openshift.io and \
         user.openshift.io and validates OAuth tokens. Without an available pod no OAuth token \
         is accepted, and operators that need these APIs fail.",
    )
    .fix(
        "Check the pods of the Deployment: whether they are scheduled, and what they log. They \
         store their data in etcd and are not ready without it.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let report = |name| ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, OPERATOR, name);
    let (unavailable, degraded) =
        (report("APIServerDeploymentAvailable"), report("APIServerDeploymentDegraded"));
    if unavailable.is_not_collected() && degraded.is_not_collected() {
        return Err(NotJudged::from(ConditionReport::gap(&OPERATOR_AUTHENTICATION, OPERATOR)));
    }
    let unavailable = unavailable.bad().filter(|reported| reported.reason == "NoPod");
    let degraded = degraded.bad().filter(|reported| reported.reason == "UnavailablePod");
    let finding = match (unavailable, degraded) {
        (Some(reported), _) => {
            let persistence = Persistence::of(cx, reported.since(), UNAVAILABLE_GRACE);
            let finding = finding(cx, &reported, "has no available pod");
            Some(finding.severity(persistence.severity(Critical)))
        }
        (None, Some(reported)) => {
            let persistence = Persistence::of(cx, reported.since(), DEGRADED_GRACE);
            let finding = finding(cx, &reported, "has unavailable pods");
            Some(finding.severity(persistence.severity(Error)))
        }
        (None, None) => None,
    };
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>, state: &str) -> Finding {
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| !pod.is_ready() && is_expected(*pod))
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let pods = if names.is_empty() {
        String::new()
    } else {
        format!("; not ready: {}", name_list(&names))
    };
    let unready = waiting.iter().take(SHOWN).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    reported
        .finding(
            Subject::namespaced("Deployment", NAMESPACE, "apiserver"),
            format!("Deployment {NAMESPACE}/apiserver {state}{pods}"),
        )
        .keywords(names.join(" "))
        .evidence(unready)
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "APIServerDeployment")
        .run(format!("oc get pods -n {NAMESPACE} -o wide"))
        .run(format!("oc logs -n {NAMESPACE} deployment/apiserver --tail=200"))
        .verify("oc get clusteroperator authentication")
}
