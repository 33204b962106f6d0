//! A login route that is missing or that no router serves.
//!
//! # Why it matters
//!
//! The authentication operator deploys the login server only once its route
//! `openshift-authentication/oauth-openshift` is there and a router serves it, since the server must
//! know its own name. Without the route nobody logs in.
//!
//! # What to do
//!
//! See why no router has taken the route: whether routers run, whether the `IngressController` selects
//! the namespace, whether another route has the host. Where the route cannot be read, look at the
//! API of routes.
//!
//! # Blind spots
//!
//! This is what the authentication operator says. Less than ten minutes are told as information
//! only.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/deployment/deployment_controller.go` (`PreconditionFulfilled`),
//!   `pkg/controllers/metadata/metadata_controller.go` (`RouteDegraded`), `pkg/controllers/common/route.go`

use mustknow_gather::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt};

/// How long a router may take.
const GRACE: Span = Span::minutes(10);
const SIGNS: [&str; 6] = [
    "waiting for the oauth-openshift route",
    "route 'openshift-authentication/oauth-openshift' was not found",
    "Unable to get 'openshift-authentication/oauth-openshift' route",
    "Unable to get required route openshift-authentication/oauth-openshift",
    "Route openshift-authentication/oauth-openshift is not ready",
    "status does not have a valid host address",
];

pub(super) static META: Meta = Meta {
    id: "authentication/route-missing",
    title: "a login route that is missing or that no router serves",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let is_meant = |message: &str| SIGNS.iter().any(|sign| message.contains(sign));
    Report::saying(case, &OPERATOR_AUTHENTICATION, "authentication", is_meant).verdict(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| Some(finding(case, &reported)),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let message = &reported.message;
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let (state, advice) = if says(&["unable to handle the request", "etcdserver", "timeout"]) {
        ("cannot be read", "Look at the API of routes, which openshift-apiserver serves.")
    } else if says(&["not found", "to appear"]) {
        (
            "does not exist",
            "See in the authentication operator's log why it does not make the route.",
        )
    } else {
        (
            "is served by no router",
            "See whether routers run, whether the IngressController selects the namespace, and \
             whether another route has the host.",
        )
    };
    reported
        .finding(
            Subject::namespaced("Route", "openshift-authentication", "oauth-openshift"),
            format!("Route openshift-authentication/oauth-openshift {state}: {}", excerpt(message)),
        )
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .why("The login server must know its own name before it is deployed; nobody logs in.")
        .explains(Subject::cluster("ClusterOperator", "authentication"), "oauth-openshift")
        .remedy(
            Remedy::new(advice)
                .command("oc get route oauth-openshift -n openshift-authentication -o yaml")
                .command("oc get pods -n openshift-ingress")
                .verify("oc get clusteroperator authentication"),
        )
}
