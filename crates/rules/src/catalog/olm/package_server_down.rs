//! OLM package server not available.
//!
//! This check does not show why the pods are not running. See the findings about those pods.
//!
//! - operator-framework/operator-lifecycle-manager `pkg/lib/operatorstatus/csv_reporter.go`
//!   (`ClusterServiceVersionNotSucceeded`)

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-operator-lifecycle-manager";
const NAME: &str = "packageserver";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&CLUSTER_SERVICE_VERSION)])
    .check(check)
    // The replacement of its pods may take that long.
    .note_until(Span::minutes(10))
    .why(
        "The package server serves the contents of the catalogs. Without it the catalog in the \
         console is empty, ClusterOperator operator-lifecycle-manager-packageserver is \
         unavailable, and an update waits for it.",
    )
    .fix(
        "Check the pods of Deployment openshift-operator-lifecycle-manager/packageserver, and \
         APIService v1.packages.operators.coreos.com and its certificate.",
    )
    .run(&[
        "oc get pods -n {namespace} -l app=packageserver",
        "oc describe apiservice v1.packages.operators.coreos.com",
    ])
    .verify(&["oc get clusteroperator operator-lifecycle-manager-packageserver"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let operator = "operator-lifecycle-manager-packageserver";
    judge_cluster_operator(cx, operator, &["Available"], |reported| {
        let subject = Subject::namespaced("ClusterServiceVersion", NAMESPACE, NAME);
        let message = excerpt(&reported.message);
        let summary = format!("the OLM package server is not available: {message}");
        let own = cx.find::<ClusterServiceVersion<'_>>(NAMESPACE, NAME).map(|own| {
            let reason = own.resource().text(&["status", "reason"]).unwrap_or_default();
            Evidence::field(own.resource(), &["status", "phase"], reason)
        });
        Some(reported.finding(subject, summary).keywords(NAMESPACE).evidence(own))
    })
}

/// Whether this is the ClusterServiceVersion that this rule covers.
pub(super) fn is_it(resource: &Resource) -> bool {
    resource.namespace() == NAMESPACE && resource.name() == NAME
}
