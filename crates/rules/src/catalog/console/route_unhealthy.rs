//! Unreachable web console route.
//!
//! The operator connects from its own pod. Some load balancers do not forward connections back to
//! the node they came from.
//!
//! - openshift/console-operator `pkg/console/controllers/healthcheck/controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .condition(CONSOLE, &["RouteHealthAvailable", "RouteHealthDegraded"], |bad| {
        let (state, action) = meaning(&bad.state);
        let subject = Subject::namespaced("Route", "openshift-console", "console");
        let summary = format!("web console route is unhealthy: {state}: {}", bad.detail());
        let finding = bad.finding_about(subject, summary);
        Some(finding.explains(bad.cluster_operator(), bad.controller()).action(action))
    })
    .while_managed()
    // How long routers may be unavailable while they are replaced.
    .note_until(Span::minutes(5))
    .why(
        "The console operator connects to the console as a browser would, by its public name \
         through the routers. While this fails, the operator is degraded and unavailable, and \
         users cannot reach the console.",
    )
    .fix(
        "The reason shows where the connection fails: no router admits the route, the name does \
         not resolve, the load balancer does not answer, the certificate is not trusted, or \
         the console returns an error.",
    )
    .run(&[
        "oc get route console -n openshift-console -o yaml",
        "oc get pods -n openshift-console -o wide",
    ])
    .verify(&["oc get clusteroperator console"]);

/// What a reason of the operator means, and what to do about it.
fn meaning(reported: &ConditionState<'_>) -> (&'static str, &'static str) {
    let class = ConnectionError::of(&reported.message);
    match reported.reason.as_str() {
        "RouteNotAdmitted" => (
            "no router admits it",
            "Check whether routers run, whether the IngressController selects openshift-console, \
             and whether another route claims the host.",
        ),
        "FailedRouteGet" => {
            ("it does not exist or cannot be read", "Check the route and openshift-apiserver.")
        }
        "FailedLoadCA" => (
            "the CA bundle for its certificate cannot be read",
            "Check ConfigMaps trusted-ca-bundle and default-ingress-cert in openshift-console.",
        ),
        "FailedParseConsoleURL" => (
            "the configured console URL is not valid",
            "Correct spec.ingress.consoleURL of the console operator's object.",
        ),
        "StatusError" if class == ConnectionError::ServerError => (
            "the router reports that no console endpoint is available",
            "Check the pods of Deployment openshift-console/console.",
        ),
        "StatusError" => (
            "the console returns an error",
            "Check the log of Deployment openshift-console/console.",
        ),
        _ => (class.description(), class.remedy()),
    }
}
