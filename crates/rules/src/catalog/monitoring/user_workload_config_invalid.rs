//! Invalid user workload monitoring configuration.
//!
//! The operator reports a failure only after four attempts, so a more recent error is not detected.
//! Older releases report `InvalidConfiguration` for both configurations.
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go`
//!   (`UserWorkloadInvalidConfiguration`)

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-user-workload-monitoring";
const NAME: &str = "user-workload-monitoring-config";
/// How long the operator may take to see a correction.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .why(
        "The monitoring operator stops at the invalid configuration, which affects the platform \
         stack too: nothing is repaired, and an update waits for the operator.",
    )
    .fix(
        "Correct ConfigMap openshift-user-workload-monitoring/user-workload-monitoring-config \
         according to the message.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_cluster_operator(cx, "monitoring", &["Degraded", "Available"], |reported| {
        if reported.reason != "UserWorkloadInvalidConfiguration" {
            return None;
        }
        let finding = reported
            .finding(
                Subject::namespaced("ConfigMap", NAMESPACE, NAME),
                format!(
                    "the user workload monitoring configuration is rejected: {}",
                    excerpt(&reported.message)
                ),
            )
            .run(format!("oc get configmap -n {NAMESPACE} {NAME} -o yaml"))
            .verify("oc get clusteroperator monitoring");
        Some(Persistence::of(cx, reported.since(), GRACE).apply(finding, RULE.meta.severity))
    })
}
