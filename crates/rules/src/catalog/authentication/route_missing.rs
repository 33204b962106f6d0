//! Missing or not admitted oauth-openshift route.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/deployment/deployment_controller.go` (`PreconditionFulfilled`),
//!   `pkg/controllers/metadata/metadata_controller.go` (`RouteDegraded`), `pkg/controllers/common/route.go`

use crate::catalog::prelude::*;

const SIGNS: [&str; 6] = [
    "waiting for the oauth-openshift route",
    "route 'openshift-authentication/oauth-openshift' was not found",
    "Unable to get 'openshift-authentication/oauth-openshift' route",
    "Unable to get required route openshift-authentication/oauth-openshift",
    "Route openshift-authentication/oauth-openshift is not ready",
    "status does not have a valid host address",
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| {
        let (kind, operator) = (&OPERATOR_AUTHENTICATION, "authentication");
        let is_match = |message: &str| SIGNS.iter().any(|sign| message.contains(sign));
        let report = ConditionReport::with_message(cx, kind, operator, is_match);
        report.judge(kind, operator, |reported| Some(finding(&reported)))
    })
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    // How long a router may take to admit the route.
    .note_until(Span::minutes(10))
    .why(
        "The authentication operator deploys the OAuth server only when the route \
         openshift-authentication/oauth-openshift exists and is admitted by a router, because \
         the server needs to know its host name. Without the route users cannot log in.",
    )
    .fix(
        "Check why no router admitted the route: whether routers run, whether the \
         IngressController selects the namespace, and whether another route claims the host.",
    )
    .run(&[
        "oc get route oauth-openshift -n openshift-authentication -o yaml",
        "oc get pods -n openshift-ingress",
    ])
    .verify(&["oc get clusteroperator authentication"]);

fn finding(reported: &ConditionState<'_>) -> Finding {
    let message = &reported.message;
    let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    let (state, action) = if mentions(&["unable to handle the request", "etcdserver", "timeout"]) {
        ("cannot be read", "Check the API route.openshift.io, which openshift-apiserver serves.")
    } else if mentions(&["not found", "to appear"]) {
        (
            "does not exist",
            "Check the authentication operator's log for the reason why it does not create the \
             route.",
        )
    } else {
        ("is not admitted by any router", "")
    };
    let subject = Subject::namespaced("Route", "openshift-authentication", "oauth-openshift");
    let detail = excerpt(message);
    reported
        .finding(
            subject,
            format!("Route openshift-authentication/oauth-openshift {state}: {detail}"),
        )
        .explains(Subject::cluster("ClusterOperator", "authentication"), "oauth-openshift")
        .action(action)
}
