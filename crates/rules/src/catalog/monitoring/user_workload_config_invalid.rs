//! Invalid user workload monitoring configuration.
//!
//! # Why it matters
//!
//! The monitoring operator stops at the invalid configuration, which affects the platform stack
//! too: nothing is repaired, and an update waits for the operator.
//!
//! # What to do
//!
//! Correct ConfigMap openshift-user-workload-monitoring/user-workload-monitoring-config according
//! to the message.
//!
//! # Blind spots
//!
//! The operator reports a failure only after four attempts, so a more recent error is not detected.
//! Older releases report `InvalidConfiguration` for both configurations.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go`
//!   (`UserWorkloadInvalidConfiguration`)

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::judge_cluster_operator;

const NAMESPACE: &str = "openshift-user-workload-monitoring";
const NAME: &str = "user-workload-monitoring-config";
/// How long the operator may take to see a correction.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "monitoring/user-workload-config-invalid",
    title: "invalid user workload monitoring configuration",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
            .why(
                "The operator stops at the invalid configuration, before it processes the platform \
                 stack. Running components are not repaired, and an update waits.",
            )
            .remedy(
                Remedy::new("Correct the ConfigMap according to the message.")
                    .command(format!("oc get configmap -n {NAMESPACE} {NAME} -o yaml"))
                    .verify("oc get clusteroperator monitoring"),
            );
        Some(Persistence::of(cx, reported.since(), GRACE).apply(finding, META.severity))
    })
}
