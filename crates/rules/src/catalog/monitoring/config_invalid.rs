//! A configuration of the monitoring stack that is refused.
//!
//! # Why it matters
//!
//! The monitoring operator applies nothing while it cannot read its configuration: what runs goes on as
//! it is, is not repaired, and an update waits for the operator.
//!
//! # What to do
//!
//! Correct ConfigMap openshift-monitoring/cluster-monitoring-config as the message says: a field that is
//! misspelled, indentation, or a value of another type.
//!
//! # Blind spots
//!
//! The operator reports a failure only after four attempts, so a younger mistake is not seen.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go` (`InvalidConfiguration`)

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt, judge_summary};

/// How long the operator may take to see a correction.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "monitoring/config-invalid",
    title: "a configuration of the monitoring stack that is refused",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "monitoring", &["Degraded", "Available"], |reported| {
        if reported.reason != "InvalidConfiguration" {
            return None;
        }
        let subject =
            Subject::namespaced("ConfigMap", "openshift-monitoring", "cluster-monitoring-config");
        let finding = reported
            .finding(
                subject,
                format!("the configuration of monitoring is refused: {}", excerpt(&reported.message)),
            )
            .why(
                "The operator applies nothing while it cannot read its configuration. What runs is \
                 not repaired, and an update waits.",
            )
            .remedy(
                Remedy::new("Correct the ConfigMap as the message says.")
                    .command(
                        "oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml",
                    )
                    .verify("oc get clusteroperator monitoring"),
            );
        Some(Patience::of(case, reported.since(), GRACE).weigh(finding, META.severity))
    })
}
