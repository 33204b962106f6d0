//! Feature set that permanently blocks minor version updates.
//!
//! Forced updates are possible but not supported.
//!
//! - openshift/cluster-config-operator
//!   `pkg/operator/featureupgradablecontroller/feature_upgradeable_controller.go`
//! - openshift/api `config/v1/types_feature.go`

use crate::catalog::prelude::*;

const BLOCKING: [&str; 3] = ["TechPreviewNoUpgrade", "DevPreviewNoUpgrade", "CustomNoUpgrade"];

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&FEATURE_GATE)])
    .reads(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "The feature sets TechPreviewNoUpgrade, DevPreviewNoUpgrade and CustomNoUpgrade enable \
         features that are not supported yet. The cluster can no longer be updated to another \
         minor version, and the first two feature sets cannot be removed.",
    )
    .fix(
        "Move the workloads to a cluster without the feature set. These feature sets are \
         intended for temporary clusters.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(gate) = cx.find::<FeatureGate<'_>>("", "cluster") else {
        return Err(not_applicable("FeatureGate/cluster does not exist"));
    };
    let set = gate.resource().text(&["spec", "featureSet"]).unwrap_or_default();
    if !BLOCKING.contains(&&*set) {
        return Ok(Checked::over(1, None));
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
    .keywords(&*set)
    .evidence(blocked)
    .explains(Subject::cluster("ClusterVersion", "version"), "RestrictedFeatureGates")
    .explains(Subject::cluster("ClusterVersion", "version"), "does not allow updates")
    .fix(way_back);
    Ok(Checked::over(1, vec![finding]))
}
