//! Routers that cannot list routes.
//!
//! Log lines that are older than 30 minutes are ignored.
//!
//! - openshift/router `pkg/router/controller/factory/factory.go`
//! - <https://github.com/okd-project/okd/issues/928>

use crate::catalog::prelude::*;

/// Errors that ended longer ago are ignored.
const RECENT: Span = Span::minutes(30);
/// How many lines per hour indicate a persistent problem.
const ENOUGH: u64 = 6;
/// How long the API may be unavailable.
const GRACE: Span = Span::minutes(10);

const FAILING: LogPattern = LogPattern::new(
    "the server is currently unable to handle the request (get routes.route.openshift.io",
    "openshift-ingress",
    "router",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Log(&FAILING)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "Routers watch routes through the API route.openshift.io, which openshift-apiserver \
         serves. While this API is down, running routers continue with the routes they know. A \
         router that starts in the meantime does not become ready, because it has no routes.",
    )
    .fix("Check the APIService v1.route.openshift.io and the pods of openshift-apiserver.")
    .run(&[
        "oc get apiservice v1.route.openshift.io -o yaml",
        "oc get pods -n openshift-apiserver -o wide",
    ])
    .verify(&["oc get pods -n openshift-ingress"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &FAILING, RECENT).at_least_hourly(ENOUGH);
    Ok(Checked::over(logged.examined(cx), finding(cx, &logged).into_iter()))
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
        .severity(Persistence::of(cx, logged.since(), GRACE).severity(RULE.meta.severity))
        .since(logged.since())
        .evidence(evidence)
        .keywords(places.join(" "))
        .keywords(
            "the server is currently unable to handle the request (get \
             routes.route.openshift.io) v1.route.openshift.io",
        );
    Some(unready.iter().fold(finding, |finding, pod| {
        finding.evidence(
            pod.condition("Ready").map(|ready| {
                Evidence::condition(pod.resource(), ready, "this router is not ready")
            }),
        )
    }))
}
