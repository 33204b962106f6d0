//! Invalid cluster monitoring configuration.
//!
//! The operator reports a failure only after four attempts, so a more recent error is not detected.
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go` (`InvalidConfiguration`)

use crate::catalog::prelude::*;

/// How long the operator may take to see a correction.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .why(
        "The monitoring operator applies nothing while it cannot read its configuration: \
         running components keep their state and are not repaired, and an update waits for the \
         operator.",
    )
    .fix(
        "Correct ConfigMap openshift-monitoring/cluster-monitoring-config according to the \
         message: a misspelled field, wrong indentation, or a value of the wrong type.",
    )
    .run(&["oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml"])
    .verify(&["oc get clusteroperator monitoring"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_cluster_operator(cx, "monitoring", &["Degraded", "Available"], |reported| {
        if reported.reason != "InvalidConfiguration" {
            return None;
        }
        let subject =
            Subject::namespaced("ConfigMap", "openshift-monitoring", "cluster-monitoring-config");
        let finding = reported.finding(
            subject,
            format!(
                "the cluster monitoring configuration is rejected: {}",
                excerpt(&reported.message)
            ),
        );
        Some(Persistence::of(cx, reported.since(), GRACE).apply(finding, RULE.meta.severity))
    })
}
