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
use crate::domain::{Ingress, IngressSays, Unreachable};
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
    let ingress = match Ingress::of(cx, "CanaryChecksSucceeding") {
        Ok(ingress) => ingress,
        Err(gap) => return Verdict::Unknown(gap),
    };
    let findings = ingress.bad.iter().map(|says| finding(cx, says)).collect();
    Verdict::over(ingress.examined, findings, "the cluster has no IngressController")
}

fn finding(cx: &RuleContext<'_>, says: &IngressSays<'_>) -> Finding {
    let class = Unreachable::of(&says.message);
    let (what, full, advice) = match (&*says.reason, says.is_false) {
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
        (_, true) => (class.words().to_owned(), Severity::Error, class.look_at()),
    };
    let summary = format!(
        "canary route of IngressController openshift-ingress-operator/{} is unreachable: {what}",
        says.controller
    );
    let route = Subject::namespaced("Route", "openshift-ingress-canary", "canary");
    Finding::new(route, summary, says.evidence(excerpt(&says.message)))
        .severity(Persistence::of(cx, says.since(), GRACE).severity(full))
        .certainty(if says.is_false { Certainty::Certain } else { Certainty::Possible })
        .doubt("the condition is Unknown, not False")
        .since(says.since())
        .why(
            "The ingress operator connects to this route as a user would. If this fails \
             repeatedly, the console, the OAuth server and applications are unreachable too.",
        )
        .keywords(says.words())
        .explains(Subject::cluster("ClusterOperator", "ingress"), "Canary")
        .remedy(
            Remedy::new(advice)
                .command("oc get route canary -n openshift-ingress-canary -o yaml")
                .command("oc get pods -n openshift-ingress -o wide")
                .verify("oc get ingresscontroller default -n openshift-ingress-operator -o yaml"),
        )
}
