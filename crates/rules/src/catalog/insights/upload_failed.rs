//! Failed Insights uploads.
//!
//! Without a token for cloud.openshift.com, which is usual on OKD, nothing is uploaded. This is not
//! reported.
//!
//! - openshift/insights-operator `pkg/controller/status/controller.go`,
//!   `pkg/insights/insightsuploader/insightsuploader.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Cause, OpenShift)
    .status("insights", &["Degraded", "UploadDegraded"], judge)
    // How long the endpoint may be unavailable.
    .grace(Span::hours(24))
    .why(
        "The Insights Operator uploads a small archive every two hours. If that fails for a \
         day, the recommendations based on it are outdated. After five failures in a row the \
         operator is degraded. Nothing else depends on it.",
    )
    .fix(
        "Allow the cluster to reach console.redhat.com, through the proxy if there is one, or \
         disable gathering by removing cloud.openshift.com from the pull secret.",
    )
    .run(&["oc logs -n openshift-insights deployment/insights-operator"])
    .verify(&["oc get clusteroperator insights"]);

fn judge(state: &ConditionState<'_>) -> Option<Finding> {
    let operator = ClusterOperator::of(state.reported_by);
    let is_disabled = operator.condition("Disabled").is_some_and(Condition::is_true);
    let is_degraded = state.condition.name() == "Degraded";
    let is_of_upload = !is_degraded
        || matches!(&*state.reason, "UploadFailed" | "NotAuthorized")
        || state.message.contains("Unable to report");
    if is_disabled || !is_of_upload {
        return None;
    }
    let summary = format!("Insights archives cannot be uploaded: {}", excerpt(&state.message));
    let finding = state
        .finding(Subject::cluster("Insights", "upload"), summary)
        .explains(Subject::of(state.reported_by), &state.message);
    // The operator has already waited for five failures.
    Some(if is_degraded { finding.grace(Span::minutes(0)) } else { finding })
}
