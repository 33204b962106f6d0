//! Failing ingress canary route checks.
//!
//! The operator connects from its own pod. On some platforms a node cannot reach a load balancer
//! that forwards back to the same node, so the check fails although users can connect. Checks that
//! started to fail less than five minutes before the collection are reported as informational only.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/canary/controller.go`

use crate::catalog::prelude::*;

/// How long routers may be unavailable while they are replaced.
const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    .why(
        "The ingress operator sends a request to a canary server through the routers once a \
         minute, as a user would. If this fails repeatedly, users cannot reach the routes of \
         the cluster either: the console, the OAuth server and applications.",
    )
    .fix("The error shows where the connection fails: DNS, load balancer, firewall or router.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let ingress = match IngressConditions::of(cx, "CanaryChecksSucceeding") {
        Ok(ingress) => ingress,
        Err(gap) => return Err(NotJudged::from(gap)),
    };
    let findings = ingress.bad.iter().map(|condition| finding(cx, condition));
    Ok(Checked::over(ingress.examined, findings))
}

fn finding(cx: &RuleContext<'_>, condition: &IngressCondition<'_>) -> Finding {
    let class = ConnectionError::of(&condition.message);
    let (what, full, advice) = match (&*condition.reason, condition.is_false) {
        ("CanaryRouteNotAdmitted", _) => (
            "no router admits it".to_owned(),
            Warning,
            "Check why the router does not admit Route openshift-ingress-canary/canary: the \
             selectors of the IngressController, or a router that cannot list routes.",
        ),
        (_, false) => (
            "it could not be checked".to_owned(),
            Warning,
            "Check why the canary check of Route openshift-ingress-canary/canary cannot run.",
        ),
        (_, true) => (class.description().to_owned(), Error, class.remedy()),
    };
    let summary = format!(
        "canary route of IngressController openshift-ingress-operator/{} is unreachable: {what}",
        condition.controller
    );
    let route = Subject::namespaced("Route", "openshift-ingress-canary", "canary");
    Finding::new(route, summary, condition.evidence(excerpt(&condition.message)))
        .severity(Persistence::of(cx, condition.since(), GRACE).severity(full))
        .certainty(if condition.is_false { Certainty::Certain } else { Certainty::Possible })
        .uncertainty("the condition is Unknown, not False")
        .since(condition.since())
        .keywords(condition.keywords())
        .explains(Subject::cluster("ClusterOperator", "ingress"), "Canary")
        .fix(advice)
        .run("oc get route canary -n openshift-ingress-canary -o yaml")
        .run("oc get pods -n openshift-ingress -o wide")
        .verify("oc get ingresscontroller default -n openshift-ingress-operator -o yaml")
}
