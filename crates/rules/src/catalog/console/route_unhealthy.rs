//! A web console that is not reached by its route.
//!
//! # Why it matters
//!
//! The console operator asks the console as a browser would, by its public name through the routers.
//! While that fails the operator is degraded and not available; users do not reach the console.
//!
//! # What to do
//!
//! The reason tells where the way ends: no router serves the route, the name does not resolve, the
//! load balancer does not answer, the certificate is not trusted, or the console answers with an error.
//!
//! # Blind spots
//!
//! The operator asks from its own pod, which some load balancers do not lead back to its own node.
//! Less than five minutes are told as information only.
//!
//! # References
//!
//! - openshift/console-operator `pkg/console/controllers/healthcheck/controller.go`

use mustknow_gather::kinds::OPERATOR_CONSOLE;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, Unreachable, excerpt, is_managed};

/// How long routers may be away while they are replaced.
const GRACE: Span = Span::minutes(5);
const OPERATOR: &str = "console";

pub(super) static META: Meta = Meta {
    id: "console/route-unhealthy",
    title: "a web console that is not reached by its route",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_CONSOLE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if !is_managed(case, &OPERATOR_CONSOLE) {
        return Verdict::NotApplicable("the console is not managed".to_owned());
    }
    let ask = |name| Report::of(case, &OPERATOR_CONSOLE, OPERATOR, name);
    let (available, degraded) = (ask("RouteHealthAvailable"), ask("RouteHealthDegraded"));
    if available.has_no_source() && degraded.has_no_source() {
        return Verdict::Unknown(Report::gap(&OPERATOR_CONSOLE, OPERATOR));
    }
    let finding = match (available.bad(), degraded.bad()) {
        (Some(reported), more) => {
            let more = more.map(|more| more.evidence("the operator is degraded by it, too"));
            Some(finding(case, &reported).evidence(more))
        }
        (None, more) => more.map(|reported| finding(case, &reported)),
    };
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let message = &reported.message;
    let class = Unreachable::of(message);
    let (state, advice) = match reported.reason.as_str() {
        "RouteNotAdmitted" => (
            "no router serves it",
            "See whether routers run, whether the IngressController selects openshift-console, and \
             whether another route has the host.",
        ),
        "FailedRouteGet" => {
            ("it does not exist or cannot be read", "Look at the API of routes, and at the route.")
        }
        "FailedLoadCA" => (
            "the authorities to check its certificate with cannot be read",
            "Look at ConfigMaps trusted-ca-bundle and default-ingress-cert in openshift-console.",
        ),
        "FailedParseConsoleURL" => (
            "the URL that the console's configuration gives is not valid",
            "Correct spec.ingress.consoleURL of the console operator's object.",
        ),
        "StatusError" if class == Unreachable::ServerError => (
            "the router answers that no console is behind it",
            "Look at the pods of Deployment openshift-console/console.",
        ),
        "StatusError" => (
            "the console answers with an error",
            "Look at the log of Deployment openshift-console/console.",
        ),
        _ => (class.words(), class.look_at()),
    };
    reported
        .finding(
            Subject::namespaced("Route", "openshift-console", "console"),
            format!("the web console is not reached by its route: {state}: {}", excerpt(message)),
        )
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .why("The operator asks as a browser would; users do not reach the console either.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "RouteHealth")
        .remedy(
            Remedy::new(advice)
                .command("oc get route console -n openshift-console -o yaml")
                .command("oc get pods -n openshift-console -o wide")
                .verify("oc get clusteroperator console"),
        )
}
