//! Invalid cluster monitoring configuration.
//!
//! # Why it matters
//!
//! The monitoring operator applies nothing while it cannot read its configuration: running
//! components keep their state and are not repaired, and an update waits for the operator.
//!
//! # What to do
//!
//! Correct ConfigMap openshift-monitoring/cluster-monitoring-config according to the message: a
//! misspelled field, wrong indentation, or a value of the wrong type.
//!
//! # Blind spots
//!
//! The operator reports a failure only after four attempts, so a more recent error is not detected.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go` (`InvalidConfiguration`)

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::judge_cluster_operator;

/// How long the operator may take to see a correction.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "monitoring/config-invalid",
    title: "invalid cluster monitoring configuration",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_cluster_operator(cx, "monitoring", &["Degraded", "Available"], |reported| {
        if reported.reason != "InvalidConfiguration" {
            return None;
        }
        let subject =
            Subject::namespaced("ConfigMap", "openshift-monitoring", "cluster-monitoring-config");
        let finding = reported
            .finding(
                subject,
                format!(
                    "the cluster monitoring configuration is rejected: {}",
                    excerpt(&reported.message)
                ),
            )
            .why(
                "The operator applies nothing while it cannot read its configuration. Running \
                 components are not repaired, and an update waits.",
            )
            .remedy(
                Remedy::new("Correct the ConfigMap according to the message.")
                    .command(
                        "oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml",
                    )
                    .verify("oc get clusteroperator monitoring"),
            );
        Some(Persistence::of(cx, reported.since(), GRACE).apply(finding, META.severity))
    })
}
