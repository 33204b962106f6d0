//! Unreachable web console route.
//!
//! The operator connects from its own pod. Some load balancers do not forward connections back to
//! the node they came from. A condition that has lasted for less than five minutes is reported as
//! informational only.
//!
//! - openshift/console-operator `pkg/console/controllers/healthcheck/controller.go`

use crate::catalog::prelude::*;

/// How long routers may be unavailable while they are replaced.
const GRACE: Span = Span::minutes(5);
const OPERATOR: &str = "console";

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_CONSOLE)])
    .check(check)
    .why(
        "The console operator connects to the console as a browser would, by its public name \
         through the routers. While this fails, the operator is degraded and unavailable, and \
         users cannot reach the console.",
    )
    .fix(
        "The reason shows where the connection fails: no router admits the route, the name does \
         not resolve, the load balancer does not answer, the certificate is not trusted, or \
         the console returns an error.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if !is_managed(cx, &OPERATOR_CONSOLE) {
        return Err(not_applicable("the console is not managed"));
    }
    let report = |name| ConditionReport::of(cx, &OPERATOR_CONSOLE, OPERATOR, name);
    let (available, degraded) = (report("RouteHealthAvailable"), report("RouteHealthDegraded"));
    if available.is_not_collected() && degraded.is_not_collected() {
        return Err(NotJudged::from(ConditionReport::gap(&OPERATOR_CONSOLE, OPERATOR)));
    }
    let finding = match (available.bad(), degraded.bad()) {
        (Some(reported), more) => {
            let more = more.map(|more| more.evidence("the operator is also degraded"));
            Some(finding(cx, &reported).evidence(more))
        }
        (None, more) => more.map(|reported| finding(cx, &reported)),
    };
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let message = &reported.message;
    let class = ConnectionError::of(message);
    let (state, advice) = match reported.reason.as_str() {
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
    };
    reported
        .finding(
            Subject::namespaced("Route", "openshift-console", "console"),
            format!("web console route is unhealthy: {state}: {}", excerpt(message)),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "RouteHealth")
        .fix(advice)
        .run("oc get route console -n openshift-console -o yaml")
        .run("oc get pods -n openshift-console -o wide")
        .verify("oc get clusteroperator console")
}
