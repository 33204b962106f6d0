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
    .each(&[&FEATURE_GATE], |cx, gate| {
        let set = gate.text(&["spec", "featureSet"]).filter(|it| BLOCKING.contains(&&**it));
        Ok(set.map(|set| finding(cx, gate, &set)))
    })
    .at_once("a setting stays until an administrator changes it")
    .why(
        "The feature sets TechPreviewNoUpgrade, DevPreviewNoUpgrade and CustomNoUpgrade enable \
         features that are not supported yet. The cluster can no longer be updated to another \
         minor version, and the first two feature sets cannot be removed.",
    )
    .fix(
        "Move the workloads to a cluster without the feature set. These feature sets are \
         intended for temporary clusters.",
    );

fn finding(cx: &RuleContext<'_>, gate: &Resource, set: &str) -> Finding {
    let blocked = cx.find::<ClusterOperator<'_>>("", "config-operator").and_then(|operator| {
        let condition = operator.condition("Upgradeable").filter(|it| it.is_false())?;
        Some(Evidence::condition(operator.resource(), condition, "reported by its operator"))
    });
    let version = Subject::cluster("ClusterVersion", "version");
    Finding::new(
        Subject::of(gate),
        format!("feature set {set} permanently blocks updates to another minor version"),
        Evidence::field(gate, &["spec", "featureSet"], "the feature set"),
    )
    .keywords(set)
    .evidence(blocked)
    .explains(version.clone(), "RestrictedFeatureGates")
    .explains(version, "does not allow updates")
}
