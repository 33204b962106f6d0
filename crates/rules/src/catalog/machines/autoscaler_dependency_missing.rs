//! A cluster autoscaler whose dependency is missing.
//!
//! # Why it matters
//!
//! The autoscaler's operator waits for the machine-api operator, or cannot read its own objects. Until
//! then the cluster does not grow or shrink by itself.
//!
//! # What to do
//!
//! Bring ClusterOperator machine-api to Available first; where the message is about ClusterAutoscaler
//! objects, look whether their definition is there.
//!
//! # Blind spots
//!
//! Whether anybody uses the autoscaler, the condition does not say.
//!
//! # References
//!
//! - openshift/cluster-autoscaler-operator `pkg/operator/status.go` (`MissingDependency`,
//!   `UnableToCheckAutoscalers`)

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt, judge_summary};

const NAMESPACE: &str = "openshift-machine-api";
const NAME: &str = "cluster-autoscaler-operator";
/// How long what it depends on may take to restart.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "machines/autoscaler-dependency-missing",
    title: "a cluster autoscaler whose dependency is missing",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "cluster-autoscaler", &["Degraded", "Available"], |reported| {
        let advice = match reported.reason.as_str() {
            "MissingDependency" => "Bring ClusterOperator machine-api to Available first.",
            "UnableToCheckAutoscalers" => {
                "Look whether the definition of ClusterAutoscaler is there and its API answers."
            }
            _ => return None,
        };
        let summary =
            format!("the autoscaler's operator cannot work: {}", excerpt(&reported.message));
        let finding = reported
            .finding(Subject::namespaced("Deployment", NAMESPACE, NAME), summary)
            .why("The cluster neither grows nor shrinks by itself until then.")
            .remedy(
                Remedy::new(advice)
                    .command("oc get clusteroperators machine-api cluster-autoscaler")
                    .command(format!("oc logs -n {NAMESPACE} deployment/{NAME} --all-containers"))
                    .verify("oc get clusteroperator cluster-autoscaler"),
            );
        Some(Patience::of(case, reported.since(), GRACE).weigh(finding, META.severity))
    })
}
