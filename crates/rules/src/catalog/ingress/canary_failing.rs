//! A canary route that cannot be reached.
//!
//! # Why it matters
//!
//! The ingress operator asks a small server of its own through the routers, once a minute, as any
//! user would. When that fails again and again, users do not get through to the routes of the
//! cluster either: the console, the login, applications.
//!
//! # What to do
//!
//! The error tells where the way ends: DNS, load balancer, firewall, router.
//!
//! # Blind spots
//!
//! The operator asks from its own pod. On some platforms a node cannot reach the load balancer
//! that leads back to itself, so that the check fails while users get through. Checks that began
//! to fail less than five minutes before the collection are told as information only.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/canary/controller.go`

use mustknow_gather::kinds::INGRESS_CONTROLLER;

use crate::catalog::prelude::*;
use crate::facts::{Ingress, IngressSays, Patience, Unreachable, excerpt};

/// How long routers may be away while they are replaced.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "ingress/canary-failing",
    title: "a canary route that cannot be reached",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let ingress = match Ingress::of(case, "CanaryChecksSucceeding") {
        Ok(ingress) => ingress,
        Err(gap) => return Verdict::Unknown(gap),
    };
    let findings = ingress.bad.iter().map(|says| finding(case, says)).collect();
    Verdict::over(ingress.examined, findings, "the cluster has no IngressController")
}

fn finding(case: &Case<'_>, says: &IngressSays<'_>) -> Finding {
    let class = Unreachable::of(&says.message);
    let (what, full, advice) = match (&*says.reason, says.is_false) {
        ("CanaryRouteNotAdmitted", _) => (
            "no router admits it".to_owned(),
            Severity::Warning,
            "See why the router does not admit Route openshift-ingress-canary/canary: selectors of \
             the IngressController, or a router that cannot list routes.",
        ),
        (_, false) => (
            "it could not be checked".to_owned(),
            Severity::Warning,
            "See why Route openshift-ingress-canary/canary cannot be checked.",
        ),
        (_, true) => (class.words().to_owned(), Severity::Error, class.look_at()),
    };
    let summary = format!(
        "the canary route of IngressController openshift-ingress-operator/{} cannot be reached: \
         {what}",
        says.controller
    );
    let route = Subject::namespaced("Route", "openshift-ingress-canary", "canary");
    Finding::new(route, summary, says.evidence(excerpt(&says.message)))
        .severity(Patience::of(case, says.since(), GRACE).severity(full))
        .certainty(if says.is_false { Certainty::Certain } else { Certainty::Possible })
        .doubt("the condition is not False but Unknown")
        .since(says.since())
        .why(
            "The ingress operator asks this route as any user would. When that fails again and \
             again, the console, the login and applications are not reached either.",
        )
        .saying(says.words())
        .explains(Subject::cluster("ClusterOperator", "ingress"), "Canary")
        .remedy(
            Remedy::new(advice)
                .command("oc get route canary -n openshift-ingress-canary -o yaml")
                .command("oc get pods -n openshift-ingress -o wide")
                .verify("oc get ingresscontroller default -n openshift-ingress-operator -o yaml"),
        )
}
