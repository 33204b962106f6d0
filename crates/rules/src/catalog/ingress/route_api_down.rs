//! Routers that cannot list routes.
//!
//! Log lines that are older than 30 minutes are ignored.
//!
//! - openshift/router `pkg/router/controller/factory/factory.go`
//! - <https://github.com/okd-project/okd/issues/928>

use crate::catalog::prelude::*;

const FAILING: LogPattern = LogPattern::new(
    "the server is currently unable to handle the request (get routes.route.openshift.io",
    "openshift-ingress",
    "router",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .log(&[FAILING], Span::minutes(30), finding)
    .reads(&[Need::Kind(&POD)])
    .note_until(Span::minutes(10))
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

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    if !logged.is_at_least_hourly(6) {
        return None;
    }
    let places = logged.writers(cx);
    let unready = logged.hits.iter().filter_map(|hits| {
        let pod = cx.find::<Pod<'_>>(FAILING.namespace, &hits.pod).filter(|pod| !pod.is_ready())?;
        let ready = pod.condition("Ready")?;
        Some(Evidence::condition(pod.resource(), ready, "this router is not ready"))
    });
    let summary = format!(
        "API route.openshift.io does not answer {}, {}",
        name_list(&places),
        logged.frequency()
    );
    let subject = Subject::namespaced("Deployment", "openshift-ingress", "router-default");
    let finding = logged.finding(subject, summary)?.evidence(unready).keywords(places.join(" "));
    Some(finding.keywords(
        "the server is currently unable to handle the request (get routes.route.openshift.io) \
         v1.route.openshift.io",
    ))
}
