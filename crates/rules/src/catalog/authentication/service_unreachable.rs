//! Oauth-openshift Service unreachable inside the cluster.
//!
//! If only one of several addresses fails, the severity is lower. A condition that has lasted for
//! less than five minutes is reported as informational only.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/oauthendpoints/oauth_endpoints_controller.go`,
//!   `pkg/libs/endpointaccessible/endpoint_accessible_controller.go`

use crate::catalog::prelude::*;

/// How long pods may be unavailable while they are replaced.
const GRACE: Span = Span::minutes(5);
/// How long one of several pods may be unavailable while its node restarts.
const SOME: Span = Span::minutes(20);
const OPERATOR: &str = "authentication";
/// The check of the pod addresses, which is more specific, and the check of the Service.
const CHECKS: [&str; 2] = [
    "OAuthServerServiceEndpointsEndpointAccessibleController",
    "OAuthServerServiceEndpointAccessibleController",
];

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .why(
        "The authentication operator connects to the OAuth server through its Service and to \
         the address of each pod, without passing through routers. If this fails, the pods do \
         not answer, or the cluster network does not reach them. Users cannot log in, and the \
         operator is unavailable.",
    )
    .fix(
        "Check the pods in openshift-authentication. If they are ready, check the network pods \
         on their nodes and on the operator's node.",
    )
    .run(&[
        "oc get pods -n openshift-authentication -o wide",
        "oc get endpoints oauth-openshift -n openshift-authentication",
    ])
    .verify(&["oc get clusteroperator authentication"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let report = |name: String| ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, OPERATOR, &name);
    let unavailable: Vec<_> =
        CHECKS.iter().map(|check| report(format!("{check}Available"))).collect();
    if unavailable.iter().all(ConditionReport::is_not_collected) {
        return Err(NotJudged::from(ConditionReport::gap(&OPERATOR_AUTHENTICATION, OPERATOR)));
    }
    let unavailable: Vec<_> = unavailable.into_iter().filter_map(ConditionReport::bad).collect();
    let degraded: Vec<_> =
        CHECKS.iter().filter_map(|check| report(format!("{check}Degraded")).bad()).collect();
    let finding =
        finding(cx, &unavailable, GRACE, Critical).or_else(|| finding(cx, &degraded, SOME, Error));
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(
    cx: &RuleContext<'_>,
    reports: &[ConditionState<'_>],
    grace: Span,
    full: Severity,
) -> Option<Finding> {
    // Before the first deployment there is no endpoint to reach.
    let reports: Vec<_> =
        reports.iter().filter(|reported| reported.reason != "ResourceNotFound").collect();
    let (first, rest) = reports.split_first()?;
    let class = ConnectionError::of(&first.message);
    let hosts = hosts(&first.message);
    let at = if hosts.is_empty() { String::new() } else { format!(" at {}", name_list(&hosts)) };
    let why = match class {
        ConnectionError::Other => "no pod is ready",
        class => class.description(),
    };
    let subject = Subject::namespaced("Service", "openshift-authentication", "oauth-openshift");
    let since = reports.iter().filter_map(|reported| reported.since()).min();
    let finding = first
        .finding(subject, format!("OAuth server is unreachable{at} inside the cluster: {why}"))
        .severity(Persistence::of(cx, since, grace).severity(full))
        .since(since)
        .evidence(rest.iter().map(|other| other.evidence("the other check also fails")))
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "OAuthServerService");
    Some(rest.iter().fold(finding, |finding, other| finding.keywords(other.keywords())))
}

/// The hosts and ports of the URLs in a message.
fn hosts(message: &str) -> Vec<String> {
    let mut hosts: Vec<_> = message
        .split("https://")
        .skip(1)
        .filter_map(|rest| rest.split(['/', '"', ' ']).next())
        .filter(|host| !host.is_empty())
        .map(str::to_owned)
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}
