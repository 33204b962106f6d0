//! Failing ingress canary route checks.
//!
//! # Why it matters
//!
//! The ingress operator sends a request to a canary server through the routers once a minute, as a
//! user would. If this fails repeatedly, users cannot reach the routes of the cluster either: the
//! console, the OAuth server and applications.
//!
//! # What to do
//!
//! The error shows where the connection fails: DNS, load balancer, firewall or router.
//!
//! # Blind spots
//!
//! The operator connects from its own pod. On some platforms a node cannot reach a load balancer
//! that forwards back to the same node, so the check fails although users can connect. Checks that
//! started to fail less than five minutes before the collection are reported as informational only.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/canary/controller.go`

use mustknow_cluster::model::kinds::INGRESS_CONTROLLER;

use crate::catalog::prelude::*;
use crate::domain::{ConnectionError, IngressCondition, IngressConditions};
use crate::engine::{Persistence, excerpt};

/// How long routers may be unavailable while they are replaced.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "ingress/canary-failing",
    title: "failing ingress canary route checks",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let ingress = match IngressConditions::of(cx, "CanaryChecksSucceeding") {
        Ok(ingress) => ingress,
        Err(gap) => return Verdict::Unknown(gap),
    };
    let findings = ingress.bad.iter().map(|condition| finding(cx, condition)).collect();
    Verdict::over(ingress.examined, findings, "the cluster has no IngressController")
}

fn finding(cx: &RuleContext<'_>, condition: &IngressCondition<'_>) -> Finding {
    let class = ConnectionError::of(&condition.message);
    let (what, full, advice) = match (&*condition.reason, condition.is_false) {
        ("CanaryRouteNotAdmitted", _) => (
            "no router admits it".to_owned(),
            Severity::Warning,
            "Check why the router does not admit Route openshift-ingress-canary/canary: the \
             selectors of the IngressController, or a router that cannot list routes.",
        ),
        (_, false) => (
            "it could not be checked".to_owned(),
            Severity::Warning,
            "Check why the canary check of Route openshift-ingress-canary/canary cannot run.",
        ),
        (_, true) => (class.description().to_owned(), Severity::Error, class.remedy()),
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
        .why(
            "The ingress operator connects to this route as a user would. If this fails \
             repeatedly, the console, the OAuth server and applications are unreachable too.",
        )
        .keywords(condition.keywords())
        .explains(Subject::cluster("ClusterOperator", "ingress"), "Canary")
        .remedy(
            Remedy::new(advice)
                .command("oc get route canary -n openshift-ingress-canary -o yaml")
                .command("oc get pods -n openshift-ingress -o wide")
                .verify("oc get ingresscontroller default -n openshift-ingress-operator -o yaml"),
        )
}
