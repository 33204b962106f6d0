//! Failing ingress canary route checks.
//!
//! The operator connects from its own pod. On some platforms a node cannot reach a load balancer
//! that forwards back to the same node, so the check fails although users can connect. Checks that
//! started to fail less than five minutes before the collection are reported as informational only.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/canary/controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    // Routers may be unavailable while they are replaced.
    .note_until(Span::minutes(5))
    .why(
        "The ingress operator sends a request to a canary server through the routers once a \
         minute, as a user would. If this fails repeatedly, users cannot reach the routes of \
         the cluster either: the console, the OAuth server and applications.",
    )
    .fix("The error shows where the connection fails: DNS, load balancer, firewall or router.")
    .run(&[
        "oc get route canary -n openshift-ingress-canary -o yaml",
        "oc get pods -n openshift-ingress -o wide",
    ])
    .verify(&["oc get ingresscontroller {controller} -n openshift-ingress-operator -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let ingress = IngressConditions::of(cx, "CanaryChecksSucceeding")?;
    Ok(Checked::over(ingress.examined, ingress.bad.iter().map(finding)))
}

fn finding(condition: &IngressCondition<'_>) -> Finding {
    let class = ConnectionError::of(&condition.message);
    let (what, severity, advice) = match (&*condition.reason, condition.is_false) {
        ("CanaryRouteNotAdmitted", _) => (
            "no router admits it",
            Warning,
            "Check why the router does not admit Route openshift-ingress-canary/canary: the \
             selectors of the IngressController, or a router that cannot list routes.",
        ),
        (_, false) => (
            "it could not be checked",
            Warning,
            "Check why the canary check of Route openshift-ingress-canary/canary cannot run.",
        ),
        (_, true) => (class.description(), Error, class.remedy()),
    };
    let summary = format!(
        "canary route of IngressController openshift-ingress-operator/{} is unreachable: {what}",
        condition.controller
    );
    let route = Subject::namespaced("Route", "openshift-ingress-canary", "canary");
    let finding = condition.finding(route, &summary, "Canary").severity(severity).action(advice);
    if condition.is_false {
        finding
    } else {
        finding.possible("the condition is Unknown, not False")
    }
}
