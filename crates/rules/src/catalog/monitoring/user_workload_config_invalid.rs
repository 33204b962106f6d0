//! A configuration of monitoring for user projects that is refused.
//!
//! # Why it matters
//!
//! The monitoring operator stops at it, for the platform's own stack too: nothing is repaired, and an
//! update waits for the operator.
//!
//! # What to do
//!
//! Correct ConfigMap openshift-user-workload-monitoring/user-workload-monitoring-config as the message
//! says.
//!
//! # Blind spots
//!
//! The operator reports a failure only after four attempts, so a younger mistake is not seen. Older
//! releases say `InvalidConfiguration` of both configurations.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go`
//!   (`UserWorkloadInvalidConfiguration`)

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt, judge_summary};

const NAMESPACE: &str = "openshift-user-workload-monitoring";
const NAME: &str = "user-workload-monitoring-config";
/// How long the operator may take to see a correction.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "monitoring/user-workload-config-invalid",
    title: "a configuration of monitoring for user projects that is refused",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "monitoring", &["Degraded", "Available"], |reported| {
        if reported.reason != "UserWorkloadInvalidConfiguration" {
            return None;
        }
        let finding = reported
            .finding(
                Subject::namespaced("ConfigMap", NAMESPACE, NAME),
                format!(
                    "the configuration of monitoring for user projects is refused: {}",
                    excerpt(&reported.message)
                ),
            )
            .why(
                "The operator stops at it, before it looks at the platform's own stack. What runs is \
                 not repaired, and an update waits.",
            )
            .remedy(
                Remedy::new("Correct the ConfigMap as the message says.")
                    .command(format!("oc get configmap -n {NAMESPACE} {NAME} -o yaml"))
                    .verify("oc get clusteroperator monitoring"),
            );
        Some(Patience::of(case, reported.since(), GRACE).weigh(finding, META.severity))
    })
}
