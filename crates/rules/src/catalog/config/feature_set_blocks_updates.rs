//! A feature set that blocks updates for good.
//!
//! # Why it matters
//!
//! The feature sets `TechPreviewNoUpgrade`, `DevPreviewNoUpgrade` and `CustomNoUpgrade` switch on
//! what is not supported yet. The cluster may not be updated to another minor version any more, and
//! the first two cannot be taken back.
//!
//! # What to do
//!
//! Move what runs there to a cluster without it. It is meant for clusters that are thrown away.
//!
//! # Blind spots
//!
//! Updates by force are possible and unsupported.
//!
//! # References
//!
//! - openshift/cluster-config-operator
//!   `pkg/operator/featureupgradablecontroller/feature_upgradeable_controller.go`
//! - openshift/api `config/v1/types_feature.go`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, FEATURE_GATE, FeatureGate};

use crate::catalog::prelude::*;

const BLOCKING: [&str; 3] = ["TechPreviewNoUpgrade", "DevPreviewNoUpgrade", "CustomNoUpgrade"];

pub(super) static META: Meta = Meta {
    id: "config/feature-set-blocks-updates",
    title: "a feature set that blocks updates for good",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&FEATURE_GATE)],
    uses: &[Need::Kind(&CLUSTER_OPERATOR)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(gate) = case.find::<FeatureGate<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no FeatureGate/cluster".to_owned());
    };
    let set = gate.resource().text(&["spec", "featureSet"]).unwrap_or_default();
    if !BLOCKING.contains(&&*set) {
        return Verdict::Healthy { examined: 1 };
    }
    let blocked = case.find::<ClusterOperator<'_>>("", "config-operator").and_then(|operator| {
        let condition = operator.condition("Upgradeable").filter(|c| c.is_false())?;
        Some(Evidence::condition(operator.resource(), condition, "its operator says so"))
    });
    let way_back = if set == "CustomNoUpgrade" {
        "Move what runs here to a cluster without the feature set."
    } else {
        "Move what runs here to a cluster without the feature set, which cannot be taken back."
    };
    let finding = Finding::new(
        Subject::view(gate),
        format!("the feature set {set} blocks updates to another minor version for good"),
        Evidence::field(gate.resource(), &["spec", "featureSet"], "the feature set"),
    )
    .why(
        "It switches on features that are not supported and may change their stored form, so the \
         config-operator is not upgradeable as long as it is set.",
    )
    .saying(&*set)
    .evidence(blocked)
    .explains(Subject::cluster("ClusterVersion", "version"), "RestrictedFeatureGates")
    .explains(Subject::cluster("ClusterVersion", "version"), "does not allow updates")
    .remedy(Remedy::new(way_back));
    Verdict::Found(vec![finding])
}
