//! Cluster-version operator failing for an unrecognized reason.
//!
//! Only the reason and the message of the condition are known.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `syncFailingStatus`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "Failing reports a problem that no other rule recognizes: an error without a reason, or \
         a reason from another release. The update, or the reconciliation of the current \
         version, is stuck.",
    )
    .fix("Read the message and the log of the cluster-version operator.")
    .run(&["oc logs -n openshift-cluster-version deployment/cluster-version-operator --tail=-1"]);

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

fn check(cx: &RuleContext<'_>) -> Judged {
    let others: Vec<String> = cx
        .cluster_version()
        .map(update_failures)
        .unwrap_or_default()
        .into_iter()
        .map(|failure| failure.reason.into_owned())
        .filter(|reason| !JUDGED.contains(&reason.as_str()) && reason != "WorkloadNotProgressing")
        .collect();
    let reasons: Vec<&str> = others.iter().map(String::as_str).collect();
    judge_failing(cx, &reasons, |version, update_failures| {
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
    let worst = if failure.condition.is_true() { Error } else { Warning };
    Some(
        Finding::new(
            Subject::view(version),
            format!("{} fails: {detail}", current_operation(version)),
            Evidence::condition(version.resource(), failure.condition, "the failure"),
        )
        .severity(severity_by_age(cx, failure.condition.since(), worst))
        .certainty(Certainty::Likely)
        .uncertainty("the reason is not recognized")
        .since(failure.condition.since())
        .keywords(reason)
        .keywords(message),
    )
}
