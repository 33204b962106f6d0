//! Missing or not admitted oauth-openshift route.
//!
//! # Why it matters
//!
//! The authentication operator deploys the OAuth server only when the route
//! `openshift-authentication/oauth-openshift` exists and is admitted by a router, because the
//! server needs to know its host name. Without the route users cannot log in.
//!
//! # What to do
//!
//! Check why no router admitted the route: whether routers run, whether the `IngressController`
//! selects the namespace, and whether another route claims the host. If the route cannot be read,
//! check the API `route.openshift.io`.
//!
//! # Blind spots
//!
//! This rule relies on what the authentication operator reports. A condition that has lasted for
//! less than ten minutes is reported as informational only.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/deployment/deployment_controller.go` (`PreconditionFulfilled`),
//!   `pkg/controllers/metadata/metadata_controller.go` (`RouteDegraded`), `pkg/controllers/common/route.go`

use mustknow_cluster::model::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::{ConditionReport, ConditionState};

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

pub(super) static META: Meta = Meta {
    id: "authentication/route-missing",
    title: "missing or not admitted oauth-openshift route",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let is_match = |message: &str| SIGNS.iter().any(|sign| message.contains(sign));
    ConditionReport::with_message(cx, &OPERATOR_AUTHENTICATION, "authentication", is_match).verdict(
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
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(META.severity))
        .why("The OAuth server needs its host name before it is deployed. Users cannot log in.")
        .explains(Subject::cluster("ClusterOperator", "authentication"), "oauth-openshift")
        .remedy(
            Remedy::new(advice)
                .command("oc get route oauth-openshift -n openshift-authentication -o yaml")
                .command("oc get pods -n openshift-ingress")
                .verify("oc get clusteroperator authentication"),
        )
}
