//! OLM package server not available.
//!
//! This check does not show why the pods are not running. See the findings about those pods.
//!
//! - operator-framework/operator-lifecycle-manager `pkg/lib/operatorstatus/csv_reporter.go`
//!   (`ClusterServiceVersionNotSucceeded`)

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-operator-lifecycle-manager";
const NAME: &str = "packageserver";
const OPERATOR: &str = "operator-lifecycle-manager-packageserver";
/// How long the replacement of its pods may take.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&CLUSTER_SERVICE_VERSION)])
    .check(check)
    .why(
        "The package server serves the contents of the catalogs. Without it the catalog in the \
         console is empty, ClusterOperator operator-lifecycle-manager-packageserver is \
         unavailable, and an update waits for it.",
    )
    .fix(
        "Check the pods of Deployment openshift-operator-lifecycle-manager/packageserver, and \
         APIService v1.packages.operators.coreos.com and its certificate.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_cluster_operator(cx, OPERATOR, &["Available"], |reported| {
        let subject = Subject::namespaced("ClusterServiceVersion", NAMESPACE, NAME);
        let message = excerpt(&reported.message);
        let finding = reported
            .finding(subject, format!("the OLM package server is not available: {message}"))
            .keywords(NAMESPACE)
            .run(format!("oc get pods -n {NAMESPACE} -l app=packageserver"))
            .run("oc describe apiservice v1.packages.operators.coreos.com")
            .verify(format!("oc get clusteroperator {OPERATOR}"));
        let own = cx.find::<ClusterServiceVersion<'_>>(NAMESPACE, NAME).map(|own| {
            let reason = own.resource().text(&["status", "reason"]).unwrap_or_default();
            Evidence::field(own.resource(), &["status", "phase"], reason)
        });
        let persistence = Persistence::of(cx, reported.since(), GRACE);
        Some(persistence.apply(finding.evidence(own), RULE.meta.severity))
    })
}

/// Whether this is the ClusterServiceVersion that this rule covers.
pub(super) fn is_it(resource: &Resource) -> bool {
    resource.namespace() == NAMESPACE && resource.name() == NAME
}
