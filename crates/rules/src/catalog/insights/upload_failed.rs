//! Insights archives that cannot be uploaded.
//!
//! # Why it matters
//!
//! The Insights operator sends a small archive every two hours. When that fails for a day, the
//! advice made from it is old; after five failures in a row the operator is degraded. Nothing else
//! depends on it.
//!
//! # What to do
//!
//! Let the cluster reach console.redhat.com, through the proxy if there is one, or switch gathering
//! off by taking cloud.openshift.com out of the pull secret.
//!
//! # Blind spots
//!
//! Without a token for cloud.openshift.com, as is usual on OKD, nothing is sent; that is no
//! finding.
//!
//! # References
//!
//! - openshift/insights-operator `pkg/controller/status/controller.go`,
//!   `pkg/insights/insightsuploader/insightsuploader.go`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, Condition};

use crate::catalog::prelude::*;
use crate::facts::excerpt;

/// How long the endpoint may be away.
const OUTAGE: Span = Span::hours(24);

pub(super) static META: Meta = Meta {
    id: "insights/upload-failed",
    title: "Insights archives that cannot be uploaded",
    severity: Severity::Info,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(operator) = case.find::<ClusterOperator<'_>>("", "insights") else {
        return Verdict::NotApplicable("there is no ClusterOperator/insights".to_owned());
    };
    if operator.condition("Disabled").is_some_and(Condition::is_true) {
        return Verdict::NotApplicable("gathering is switched off".to_owned());
    }
    let is_true = |name: &str| operator.condition(name).filter(|condition| condition.is_true());
    let lasting =
        is_true("UploadDegraded").filter(|condition| case.is_older(condition.since(), OUTAGE));
    let degraded = is_true("Degraded").filter(|condition| {
        matches!(&*condition.reason(), "UploadFailed" | "NotAuthorized")
            || condition.message().contains("Unable to report")
    });
    let Some(condition) = degraded.or(lasting) else {
        return Verdict::Healthy { examined: 1 };
    };
    let finding = Finding::new(
        Subject::cluster("Insights", "upload"),
        format!("Insights archives cannot be uploaded: {}", excerpt(&condition.message())),
        Evidence::condition(operator.resource(), condition, condition.reason()),
    )
    .why(
        "What Insights says of the cluster is as old as the last archive that arrived. Nothing in \
         the cluster depends on it.",
    )
    .since(condition.since())
    .saying(condition.reason())
    .saying(condition.message())
    .explains(Subject::view(operator), condition.message())
    .remedy(
        Remedy::new(
            "Let the cluster reach console.redhat.com, or switch gathering off by taking \
             cloud.openshift.com out of the pull secret.",
        )
        .command("oc logs -n openshift-insights deployment/insights-operator")
        .verify("oc get clusteroperator insights"),
    );
    Verdict::Found(vec![finding])
}
