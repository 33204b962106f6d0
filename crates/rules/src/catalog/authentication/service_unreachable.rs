//! A login server that is not reached inside the cluster.
//!
//! # Why it matters
//!
//! The authentication operator asks the login server by its Service and by the address of each pod,
//! without routers between. When that fails the pods do not answer, or the cluster network does not
//! lead to them; nobody logs in, and the operator is unavailable.
//!
//! # What to do
//!
//! Look at the pods of `openshift-authentication`. Where they are ready, look at the network pods of
//! their nodes and of the operator's.
//!
//! # Blind spots
//!
//! One address of several that fails is told at a lower severity. Less than five minutes are told
//! as information only.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/oauthendpoints/oauth_endpoints_controller.go`,
//!   `pkg/libs/endpointaccessible/endpoint_accessible_controller.go`

use mustknow_gather::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, Unreachable, few};

/// How long pods may be away while they are replaced.
const GRACE: Span = Span::minutes(5);
/// How long one pod of several may be away while its node restarts.
const SOME: Span = Span::minutes(20);
const OPERATOR: &str = "authentication";
/// By the addresses of the pods, which tells more, and by the Service.
const CHECKS: [&str; 2] = [
    "OAuthServerServiceEndpointsEndpointAccessibleController",
    "OAuthServerServiceEndpointAccessibleController",
];

pub(super) static META: Meta = Meta {
    id: "authentication/service-unreachable",
    title: "a login server that is not reached inside the cluster",
    severity: Severity::Critical,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let ask = |name: String| Report::of(case, &OPERATOR_AUTHENTICATION, OPERATOR, &name);
    let unavailable: Vec<_> = CHECKS.iter().map(|check| ask(format!("{check}Available"))).collect();
    if unavailable.iter().all(Report::has_no_source) {
        return Verdict::Unknown(Report::gap(&OPERATOR_AUTHENTICATION, OPERATOR));
    }
    let unavailable: Vec<_> = unavailable.into_iter().filter_map(Report::bad).collect();
    let degraded: Vec<_> =
        CHECKS.iter().filter_map(|check| ask(format!("{check}Degraded")).bad()).collect();
    let finding = finding(case, &unavailable, GRACE, Severity::Critical)
        .or_else(|| finding(case, &degraded, SOME, Severity::Error));
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn finding(
    case: &Case<'_>,
    reports: &[Reported<'_>],
    grace: Span,
    full: Severity,
) -> Option<Finding> {
    // Before the first deployment there is nothing to reach.
    let reports: Vec<_> =
        reports.iter().filter(|reported| reported.reason != "ResourceNotFound").collect();
    let (first, rest) = reports.split_first()?;
    let class = Unreachable::of(&first.message);
    let hosts = hosts(&first.message);
    let at = if hosts.is_empty() { String::new() } else { format!(" at {}", few(&hosts)) };
    let why = match class {
        Unreachable::Other => "no pod of it is ready",
        class => class.words(),
    };
    let subject = Subject::namespaced("Service", "openshift-authentication", "oauth-openshift");
    let since = reports.iter().filter_map(|reported| reported.since()).min();
    let finding = first
        .finding(subject, format!("the login server is not reached{at} inside the cluster: {why}"))
        .severity(Patience::of(case, since, grace).severity(full))
        .since(since)
        .evidence(rest.iter().map(|other| other.evidence("the other check fails, too")))
        .why(
            "The operator asks without routers between: either the pods do not answer, or the \
             cluster network does not lead to them.",
        )
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "OAuthServerService")
        .remedy(
            Remedy::new(
                "Look at the pods, and where they are ready at the network of their nodes.",
            )
            .command("oc get pods -n openshift-authentication -o wide")
            .command("oc get endpoints oauth-openshift -n openshift-authentication")
            .verify("oc get clusteroperator authentication"),
        );
    Some(rest.iter().fold(finding, |finding, other| finding.saying(other.words())))
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
