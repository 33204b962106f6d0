//! A login route that cannot be reached.
//!
//! # Why it matters
//!
//! Users log in through the route `oauth-openshift`. The authentication operator asks it as a
//! user would, by its public name through the routers, and is unavailable while that fails: so is
//! the login, and an update waits.
//!
//! # What to do
//!
//! The error tells where the way ends: a name that does not resolve, a load balancer that does
//! not answer, a certificate that is not trusted.
//!
//! # Blind spots
//!
//! The operator asks from its own pod. On some platforms a node cannot reach the load balancer
//! that leads back to itself, so that only some tries fail. Conditions younger than five minutes
//! are told as information only.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/libs/endpointaccessible/endpoint_accessible_controller.go`

use mustknow_gather::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, Unreachable, excerpt};

/// How long routers may be away while they are replaced.
const GRACE: Span = Span::minutes(5);
const AVAILABLE: &str = "OAuthServerRouteEndpointAccessibleControllerAvailable";
const DEGRADED: &str = "OAuthServerRouteEndpointAccessibleControllerDegraded";

pub(super) static META: Meta = Meta {
    id: "authentication/route-unreachable",
    title: "a login route that cannot be reached",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let available = Report::of(case, &OPERATOR_AUTHENTICATION, "authentication", AVAILABLE);
    let degraded = Report::of(case, &OPERATOR_AUTHENTICATION, "authentication", DEGRADED);
    if available.has_no_source() && degraded.has_no_source() {
        let what = "Authentication cluster and ClusterOperator authentication: not collected";
        return Verdict::Unknown(
            Gap::new(GapKind::NotCollected, what)
                .ask("oc get authentications.operator.openshift.io cluster -o yaml")
                .ask("oc get clusteroperator authentication -o yaml"),
        );
    }
    let finding = match (available.bad(), degraded.bad()) {
        (Some(reported), more) => {
            let finding = finding(case, &reported, Severity::Critical);
            finding.map(|finding| {
                let more = more.map(|more| more.evidence("the operator is degraded by it, too"));
                finding.evidence(more)
            })
        }
        (None, Some(reported)) => finding(case, &reported, Severity::Error),
        (None, None) => None,
    };
    Verdict::over(1, finding.into_iter().collect(), "the authentication operator does not report")
}

fn finding(case: &Case<'_>, reported: &Reported<'_>, full: Severity) -> Option<Finding> {
    // Before the first route there is nothing to reach; a missing route is another matter.
    if reported.reason == "ResourceNotFound" || !reported.message.contains("http") {
        return None;
    }
    let class = Unreachable::of(&reported.message);
    let host = host(&reported.message).unwrap_or("oauth-openshift");
    let summary = format!("the login route {host} cannot be reached: {}", class.words());
    let subject = Subject::namespaced("Route", "openshift-authentication", "oauth-openshift");
    let evidence = reported.evidence(excerpt(&reported.message));
    Some(
        Finding::new(subject, summary, evidence)
            .severity(Patience::of(case, reported.since(), GRACE).severity(full))
            .certainty(if class == Unreachable::Other {
                Certainty::Likely
            } else {
                Certainty::Certain
            })
            .doubt("the message does not say what keeps the route from answering")
            .since(reported.since())
            .why(
                "The authentication operator asks the route as a user would, through the routers, \
                 and is not available while that fails; nor is the login.",
            )
            .saying(reported.words())
            .explains(Subject::cluster("ClusterOperator", "authentication"), "RouteEndpoint")
            .remedy(
                Remedy::new(class.look_at())
                    .command(format!("curl -kv https://{host}/healthz"))
                    .verify("oc get clusteroperator authentication"),
            ),
    )
}

/// The host of the first URL.
fn host(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("https://")?;
    rest.split(['/', '"', ':']).next().filter(|host| !host.is_empty())
}
