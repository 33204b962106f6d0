//! Feature set that permanently blocks minor version updates.
//!
//! # Why it matters
//!
//! The feature sets `TechPreviewNoUpgrade`, `DevPreviewNoUpgrade` and `CustomNoUpgrade` enable
//! features that are not supported yet. The cluster can no longer be updated to another minor
//! version, and the first two feature sets cannot be removed.
//!
//! # What to do
//!
//! Move the workloads to a cluster without the feature set. These feature sets are intended for
//! temporary clusters.
//!
//! # Blind spots
//!
//! Forced updates are possible but not supported.
//!
//! # References
//!
//! - openshift/cluster-config-operator
//!   `pkg/operator/featureupgradablecontroller/feature_upgradeable_controller.go`
//! - openshift/api `config/v1/types_feature.go`

use mustknow_cluster::model::kinds::{CLUSTER_OPERATOR, FEATURE_GATE};
use mustknow_cluster::views::{ClusterOperator, FeatureGate};

use crate::catalog::prelude::*;

const BLOCKING: [&str; 3] = ["TechPreviewNoUpgrade", "DevPreviewNoUpgrade", "CustomNoUpgrade"];

pub(super) static META: Meta = Meta {
    id: "config/feature-set-blocks-updates",
    title: "feature set that permanently blocks minor version updates",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&FEATURE_GATE)],
    uses: &[Need::Kind(&CLUSTER_OPERATOR)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(gate) = cx.find::<FeatureGate<'_>>("", "cluster") else {
        return Verdict::NotApplicable("FeatureGate/cluster does not exist".to_owned());
    };
    let set = gate.resource().text(&["spec", "featureSet"]).unwrap_or_default();
    if !BLOCKING.contains(&&*set) {
        return Verdict::Healthy { examined: 1 };
    }
    let blocked = cx.find::<ClusterOperator<'_>>("", "config-operator").and_then(|operator| {
        let condition = operator.condition("Upgradeable").filter(|c| c.is_false())?;
        Some(Evidence::condition(operator.resource(), condition, "reported by its operator"))
    });
    let way_back = if set == "CustomNoUpgrade" {
        "Move the workloads to a cluster without the feature set."
    } else {
        "Move the workloads to a cluster without the feature set. It cannot be removed."
    };
    let finding = Finding::new(
        Subject::view(gate),
        format!("feature set {set} permanently blocks updates to another minor version"),
        Evidence::field(gate.resource(), &["spec", "featureSet"], "the feature set"),
    )
    .why(
        "It enables features that are not supported and may change their stored format, so the \
         config-operator is not Upgradeable while the feature set is enabled.",
    )
    .keywords(&*set)
    .evidence(blocked)
    .explains(Subject::cluster("ClusterVersion", "version"), "RestrictedFeatureGates")
    .explains(Subject::cluster("ClusterVersion", "version"), "does not allow updates")
    .remedy(Remedy::new(way_back));
    Verdict::Found(vec![finding])
}
