//! Routers that cannot list routes.
//!
//! # Why it matters
//!
//! Routers learn of routes from the API `route.openshift.io`, which openshift-apiserver serves. While
//! that is down they go on with what they know; a router that starts meanwhile does not become
//! ready, since it knows no route at all.
//!
//! # What to do
//!
//! Look at the APIService `v1.route.openshift.io` and at the pods of `openshift-apiserver`.
//!
//! # Blind spots
//!
//! Lines older than half an hour are history.
//!
//! # References
//!
//! - openshift/router `pkg/router/controller/factory/factory.go`
//! - <https://github.com/okd-project/okd/issues/928>

use mustknow_gather::kinds::{POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, Patience, few};

/// What ended longer ago is history.
const RECENT: Span = Span::minutes(30);
/// How many lines an hour are no accident.
const ENOUGH: u64 = 6;
/// How long the API may be away.
const GRACE: Span = Span::minutes(10);

static FAILING: LogPattern = LogPattern::new(
    "the server is currently unable to handle the request (get routes.route.openshift.io",
    "openshift-ingress",
    "router",
);

pub(super) static META: Meta = Meta {
    id: "ingress/route-api-down",
    title: "routers that cannot list routes",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&FAILING)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logged = Logged::recent(case, &FAILING, RECENT).often(ENOUGH);
    Verdict::over(logged.examined(case), finding(case, &logged).into_iter().collect(), "")
}

fn finding(case: &Case<'_>, logged: &Logged<'_>) -> Option<Finding> {
    let places = logged.places(case);
    let unready: Vec<_> = logged
        .hits
        .iter()
        .filter_map(|hits| case.find::<Pod<'_>>(FAILING.namespace, &hits.pod))
        .filter(|pod| !pod.is_ready())
        .collect();
    let mut evidence = logged.evidence();
    let summary = format!("the API of routes does not answer {}, {}", few(&places), logged.span());
    let subject = Subject::namespaced("Deployment", "openshift-ingress", "router-default");
    let finding = Finding::new(subject, summary, evidence.next()?)
        .severity(Patience::of(case, logged.since(), GRACE).severity(META.severity))
        .since(logged.since())
        .evidence(evidence)
        .saying(places.join(" "))
        .saying(
            "the server is currently unable to handle the request (get \
             routes.route.openshift.io) v1.route.openshift.io",
        )
        .why(
            "Routers go on with what they know; one that starts meanwhile does not become ready, \
             since it knows no route at all.",
        )
        .remedy(
            Remedy::new("Mend the API: look at its APIService and at openshift-apiserver.")
                .command("oc get apiservice v1.route.openshift.io -o yaml")
                .command("oc get pods -n openshift-apiserver -o wide")
                .verify("oc get pods -n openshift-ingress"),
        );
    Some(unready.iter().fold(finding, |finding, pod| {
        finding.evidence(
            pod.condition("Ready").map(|ready| {
                Evidence::condition(pod.resource(), ready, "this router is not ready")
            }),
        )
    }))
}
