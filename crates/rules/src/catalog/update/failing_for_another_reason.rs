//! Cluster-version operator failing for an unrecognized reason.
//!
//! # Why it matters
//!
//! `Failing` reports a problem that no other rule recognizes: an error without a reason, or a
//! reason from another release. The update, or the reconciliation of the current version, is stuck.
//!
//! # What to do
//!
//! Read the message and the log of the cluster-version operator.
//!
//! # Blind spots
//!
//! Only the reason and the message of the condition are known.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `syncFailingStatus`

use mustknow_cluster::model::kinds::CLUSTER_VERSION;
use mustknow_cluster::views::{ClusterVersion, UpdateFailure, update_failures};

use crate::catalog::prelude::*;
use crate::domain::{current_operation, failing_verdict, severity_by_age};
use crate::engine::excerpt;

pub(super) static META: Meta = Meta {
    id: "update/failing-for-another-reason",
    title: "cluster-version operator failing for an unrecognized reason",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

/// The reasons that other rules check.
const JUDGED: [&str; 21] = [
    "ClusterOperatorDegraded",
    "ClusterOperatorNoVersions",
    "ClusterOperatorNotAvailable",
    "ClusterOperatorUpdating",
    "ImageVerificationFailed",
    "NoDesiredImage",
    "SlowClusterOperator",
    "UpdatePayloadClusterDown",
    "UpdatePayloadClusterError",
    "UpdatePayloadClusterOverloaded",
    "UpdatePayloadClusterUnauthorized",
    "UpdatePayloadFailed",
    "UpdatePayloadIntegrity",
    "UpdatePayloadResourceConflict",
    "UpdatePayloadResourceForbidden",
    "UpdatePayloadResourceInvalid",
    "UpdatePayloadResourceNotFound",
    "UpdatePayloadResourceTypeMissing",
    "UpdatePayloadRetrievalFailed",
    "UpgradePreconditionCheckFailed",
    "WorkloadNotAvailable",
];

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let others: Vec<String> = cx
        .cluster_version()
        .map(update_failures)
        .unwrap_or_default()
        .into_iter()
        .map(|failure| failure.reason.into_owned())
        .filter(|reason| !JUDGED.contains(&reason.as_str()) && reason != "WorkloadNotProgressing")
        .collect();
    let reasons: Vec<&str> = others.iter().map(String::as_str).collect();
    failing_verdict(cx, &reasons, |version, update_failures| {
        update_failures.iter().filter_map(|failure| finding(cx, version, failure)).collect()
    })
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    failure: &UpdateFailure<'_>,
) -> Option<Finding> {
    let (reason, message) = (&*failure.reason, failure.message.trim());
    // Before the first attempt the condition is Unknown without a reason and a message.
    if reason.is_empty() && message.is_empty() && !failure.condition.is_true() {
        return None;
    }
    let detail = match (reason, excerpt(message)) {
        ("", message) if message.is_empty() => "no reason is given".to_owned(),
        ("", message) => message,
        (reason, message) if message.is_empty() => reason.to_owned(),
        (reason, message) => format!("{reason}: {message}"),
    };
    let worst = if failure.condition.is_true() { Severity::Error } else { Severity::Warning };
    Some(
        Finding::new(
            Subject::view(version),
            format!("{} fails: {detail}", current_operation(version)),
            Evidence::condition(version.resource(), failure.condition, "the failure"),
        )
        .severity(severity_by_age(cx, failure.condition.since(), worst))
        .certainty(Certainty::Likely)
        .uncertainty("the reason is not recognized")
        .why(
            "The cluster-version operator sets Failing when it cannot continue. No rule recognizes \
             this reason.",
        )
        .since(failure.condition.since())
        .keywords(reason)
        .keywords(message)
        .remedy(Remedy::new("Read the log of the cluster-version operator.").command(
            "oc logs -n openshift-cluster-version deployment/cluster-version-operator \
                 --tail=-1",
        )),
    )
}
