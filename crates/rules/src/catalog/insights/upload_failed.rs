//! Failed Insights uploads.
//!
//! # Why it matters
//!
//! The Insights Operator uploads a small archive every two hours. If that fails for a day, the
//! recommendations based on it are outdated. After five failures in a row the operator is degraded.
//! Nothing else depends on it.
//!
//! # What to do
//!
//! Allow the cluster to reach console.redhat.com, through the proxy if there is one, or disable
//! gathering by removing cloud.openshift.com from the pull secret.
//!
//! # Blind spots
//!
//! Without a token for cloud.openshift.com, which is usual on OKD, nothing is uploaded. This is not
//! reported.
//!
//! # References
//!
//! - openshift/insights-operator `pkg/controller/status/controller.go`,
//!   `pkg/insights/insightsuploader/insightsuploader.go`

use mustknow_cluster::model::kinds::CLUSTER_OPERATOR;
use mustknow_cluster::views::{ClusterOperator, Condition};

use crate::catalog::prelude::*;
use crate::engine::excerpt;

/// How long the endpoint may be unavailable.
const OUTAGE: Span = Span::hours(24);

pub(super) static META: Meta = Meta {
    id: "insights/upload-failed",
    title: "failed Insights uploads",
    severity: Severity::Info,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(operator) = cx.find::<ClusterOperator<'_>>("", "insights") else {
        return Verdict::NotApplicable("there is no ClusterOperator/insights".to_owned());
    };
    if operator.condition("Disabled").is_some_and(Condition::is_true) {
        return Verdict::NotApplicable("Insights gathering is disabled".to_owned());
    }
    let is_true = |name: &str| operator.condition(name).filter(|condition| condition.is_true());
    let persistent =
        is_true("UploadDegraded").filter(|condition| cx.is_older(condition.since(), OUTAGE));
    let degraded = is_true("Degraded").filter(|condition| {
        matches!(&*condition.reason(), "UploadFailed" | "NotAuthorized")
            || condition.message().contains("Unable to report")
    });
    let Some(condition) = degraded.or(persistent) else {
        return Verdict::Healthy { examined: 1 };
    };
    let finding = Finding::new(
        Subject::cluster("Insights", "upload"),
        format!("Insights archives cannot be uploaded: {}", excerpt(&condition.message())),
        Evidence::condition(operator.resource(), condition, condition.reason()),
    )
    .why(
        "The recommendations of Insights are as old as the last archive that was uploaded. Nothing \
         in the cluster depends on them.",
    )
    .since(condition.since())
    .keywords(condition.reason())
    .keywords(condition.message())
    .explains(Subject::view(operator), condition.message())
    .remedy(
        Remedy::new(
            "Allow the cluster to reach console.redhat.com, or disable gathering by removing \
             cloud.openshift.com from the pull secret.",
        )
        .command("oc logs -n openshift-insights deployment/insights-operator")
        .verify("oc get clusteroperator insights"),
    );
    Verdict::Found(vec![finding])
}
