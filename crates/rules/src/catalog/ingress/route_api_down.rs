//! Routers that cannot list routes.
//!
//! # Why it matters
//!
//! Routers watch routes through the API `route.openshift.io`, which openshift-apiserver serves.
//! While this API is down, running routers continue with the routes they know. A router that starts
//! in the meantime does not become ready, because it has no routes.
//!
//! # What to do
//!
//! Check the APIService `v1.route.openshift.io` and the pods of `openshift-apiserver`.
//!
//! # Blind spots
//!
//! Log lines that are older than 30 minutes are ignored.
//!
//! # References
//!
//! - openshift/router `pkg/router/controller/factory/factory.go`
//! - <https://github.com/okd-project/okd/issues/928>

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, name_list};
use crate::signals::LogOccurrences;

/// Errors that ended longer ago are ignored.
const RECENT: Span = Span::minutes(30);
/// How many lines per hour indicate a persistent problem.
const ENOUGH: u64 = 6;
/// How long the API may be unavailable.
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

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let logged = LogOccurrences::recent(cx, &FAILING, RECENT).at_least_hourly(ENOUGH);
    Verdict::over(logged.examined(cx), finding(cx, &logged).into_iter().collect(), "")
}

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let places = logged.writers(cx);
    let unready: Vec<_> = logged
        .hits
        .iter()
        .filter_map(|hits| cx.find::<Pod<'_>>(FAILING.namespace, &hits.pod))
        .filter(|pod| !pod.is_ready())
        .collect();
    let mut evidence = logged.evidence();
    let summary = format!(
        "API route.openshift.io does not answer {}, {}",
        name_list(&places),
        logged.frequency()
    );
    let subject = Subject::namespaced("Deployment", "openshift-ingress", "router-default");
    let finding = Finding::new(subject, summary, evidence.next()?)
        .severity(Persistence::of(cx, logged.since(), GRACE).severity(META.severity))
        .since(logged.since())
        .evidence(evidence)
        .keywords(places.join(" "))
        .keywords(
            "the server is currently unable to handle the request (get \
             routes.route.openshift.io) v1.route.openshift.io",
        )
        .why(
            "Running routers continue with the routes they know. A router that starts in the \
             meantime does not become ready, because it has no routes.",
        )
        .remedy(
            Remedy::new("Fix the API: check its APIService and openshift-apiserver.")
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
