//! Failed Insights uploads.
//!
//! Without a token for cloud.openshift.com, which is usual on OKD, nothing is uploaded. This is not
//! reported.
//!
//! - openshift/insights-operator `pkg/controller/status/controller.go`,
//!   `pkg/insights/insightsuploader/insightsuploader.go`

use crate::catalog::prelude::*;

/// How long the endpoint may be unavailable.
const OUTAGE: Span = Span::hours(24);

pub(super) const RULE: Rule = rule(Info, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
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

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(operator) = cx.find::<ClusterOperator<'_>>("", "insights") else {
        return Err(not_applicable("there is no ClusterOperator/insights"));
    };
    if operator.condition("Disabled").is_some_and(Condition::is_true) {
        return Err(not_applicable("Insights gathering is disabled"));
    }
    let is_true = |name: &str| operator.condition(name).filter(|condition| condition.is_true());
    let persistent =
        is_true("UploadDegraded").filter(|condition| cx.is_older(condition.since(), OUTAGE));
    let degraded = is_true("Degraded").filter(|condition| {
        matches!(&*condition.reason(), "UploadFailed" | "NotAuthorized")
            || condition.message().contains("Unable to report")
    });
    let Some(condition) = degraded.or(persistent) else {
        return Ok(Checked::over(1, None));
    };
    let finding = Finding::new(
        Subject::cluster("Insights", "upload"),
        format!("Insights archives cannot be uploaded: {}", excerpt(&condition.message())),
        Evidence::condition(operator.resource(), condition, condition.reason()),
    )
    .since(condition.since())
    .keywords(condition.reason())
    .keywords(condition.message())
    .explains(Subject::view(operator), condition.message());
    Ok(Checked::over(1, vec![finding]))
}
