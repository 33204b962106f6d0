//! Missing or not admitted oauth-openshift route.
//!
//! This rule relies on what the authentication operator reports. A condition that has lasted for
//! less than ten minutes is reported as informational only.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/deployment/deployment_controller.go` (`PreconditionFulfilled`),
//!   `pkg/controllers/metadata/metadata_controller.go` (`RouteDegraded`), `pkg/controllers/common/route.go`

use crate::catalog::prelude::*;

/// How long a router may take to admit the route.
const GRACE: Span = Span::minutes(10);
const SIGNS: [&str; 6] = [
    "waiting for the oauth-openshift route",
    "route 'openshift-authentication/oauth-openshift' was not found",
    "Unable to get 'openshift-authentication/oauth-openshift' route",
    "Unable to get required route openshift-authentication/oauth-openshift",
    "Route openshift-authentication/oauth-openshift is not ready",
    "status does not have a valid host address",
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .why(
        "The authentication operator deploys the OAuth server only when the route \
         openshift-authentication/oauth-openshift exists and is admitted by a router, because \
         the server needs to know its host name. Without the route users cannot log in.",
    )
    .fix(
        "Check why no router admitted the route: whether routers run, whether the \
         IngressController selects the namespace, and whether another route claims the host. If \
         the route cannot be read, check the API route.openshift.io.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let is_match = |message: &str| SIGNS.iter().any(|sign| message.contains(sign));
    ConditionReport::with_message(cx, &OPERATOR_AUTHENTICATION, "authentication", is_match).judge(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| Some(finding(cx, &reported)),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let message = &reported.message;
    let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    let (state, advice) = if mentions(&["unable to handle the request", "etcdserver", "timeout"]) {
        ("cannot be read", "Check the API route.openshift.io, which openshift-apiserver serves.")
    } else if mentions(&["not found", "to appear"]) {
        (
            "does not exist",
            "Check the authentication operator's log for the reason why it does not create the \
             route.",
        )
    } else {
        (
            "is not admitted by any router",
            "Check whether routers run, whether the IngressController selects the namespace, and \
             whether another route claims the host.",
        )
    };
    reported
        .finding(
            Subject::namespaced("Route", "openshift-authentication", "oauth-openshift"),
            format!("Route openshift-authentication/oauth-openshift {state}: {}", excerpt(message)),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", "authentication"), "oauth-openshift")
        .fix(advice)
        .run("oc get route oauth-openshift -n openshift-authentication -o yaml")
        .run("oc get pods -n openshift-ingress")
        .verify("oc get clusteroperator authentication")
}
