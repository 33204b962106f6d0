//! Unreachable oauth-openshift route.
//!
//! The operator connects from its own pod. On some platforms a node cannot reach a load balancer
//! that forwards back to the same node, so only some attempts fail. A condition that has lasted for
//! less than five minutes is reported as informational only.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/libs/endpointaccessible/endpoint_accessible_controller.go`

use crate::catalog::prelude::*;

/// How long routers may be unavailable while they are replaced.
const GRACE: Span = Span::minutes(5);
const AVAILABLE: &str = "OAuthServerRouteEndpointAccessibleControllerAvailable";
const DEGRADED: &str = "OAuthServerRouteEndpointAccessibleControllerDegraded";

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .why(
        "Users log in through the route oauth-openshift. The authentication operator connects \
         to it as a user would, by its public name through the routers. While this fails, users \
         cannot log in, the operator is unavailable, and an update does not continue.",
    )
    .fix(
        "The error shows where the connection fails: a name that does not resolve, a load \
         balancer that does not answer, or a certificate that is not trusted.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let available = ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", AVAILABLE);
    let degraded = ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", DEGRADED);
    if available.is_not_collected() && degraded.is_not_collected() {
        let what = "Authentication cluster and ClusterOperator authentication: not collected";
        return Err(NotJudged::from(
            Gap::new(GapKind::NotCollected, what)
                .command("oc get authentications.operator.openshift.io cluster -o yaml")
                .command("oc get clusteroperator authentication -o yaml"),
        ));
    }
    let finding = match (available.bad(), degraded.bad()) {
        (Some(reported), more) => {
            let finding = finding(cx, &reported, Critical);
            finding.map(|finding| {
                let more = more.map(|more| more.evidence("the operator is also degraded"));
                finding.evidence(more)
            })
        }
        (None, Some(reported)) => finding(cx, &reported, Error),
        (None, None) => None,
    };
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>, full: Severity) -> Option<Finding> {
    // Before the first route there is no endpoint to reach. Another rule reports a missing route.
    if reported.reason == "ResourceNotFound" || !reported.message.contains("http") {
        return None;
    }
    let class = ConnectionError::of(&reported.message);
    let host = host(&reported.message).unwrap_or("oauth-openshift");
    let summary = format!("OAuth route {host} is unreachable: {}", class.description());
    let subject = Subject::namespaced("Route", "openshift-authentication", "oauth-openshift");
    let evidence = reported.evidence(excerpt(&reported.message));
    Some(
        Finding::new(subject, summary, evidence)
            .severity(Persistence::of(cx, reported.since(), GRACE).severity(full))
            .certainty(if class == ConnectionError::Other {
                Certainty::Likely
            } else {
                Certainty::Certain
            })
            .uncertainty("the message does not show why the route does not answer")
            .since(reported.since())
            .keywords(reported.keywords())
            .explains(Subject::cluster("ClusterOperator", "authentication"), "RouteEndpoint")
            .fix(class.remedy())
            .run(format!("curl -kv https://{host}/healthz"))
            .verify("oc get clusteroperator authentication"),
    )
}

/// The host of the first URL.
fn host(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("https://")?;
    rest.split(['/', '"', ':']).next().filter(|host| !host.is_empty())
}
