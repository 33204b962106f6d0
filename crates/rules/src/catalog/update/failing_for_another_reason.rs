//! A cluster-version operator that fails for a reason without a rule of its own.
//!
//! # Why it matters
//!
//! `Failing` is True and says so in words that no other rule knows: an error without a reason, or
//! the reason of another release. The update, or the reconciliation of the present version, does
//! not go on.
//!
//! # What to do
//!
//! Read the message and the log of the cluster-version operator.
//!
//! # Blind spots
//!
//! Nothing is known here but the words of the condition.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `syncFailingStatus`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion};

use crate::catalog::prelude::*;
use crate::facts::{Failure, excerpt, failing_verdict, failures, undertaking, urgency};

pub(super) static META: Meta = Meta {
    id: "update/failing-for-another-reason",
    title: "a cluster-version operator that fails for a reason without a rule of its own",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

/// The reasons other rules judge.
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

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let others: Vec<String> = case
        .cluster_version()
        .map(failures)
        .unwrap_or_default()
        .into_iter()
        .map(|failure| failure.reason.into_owned())
        .filter(|reason| !JUDGED.contains(&reason.as_str()) && reason != "WorkloadNotProgressing")
        .collect();
    let reasons: Vec<&str> = others.iter().map(String::as_str).collect();
    failing_verdict(case, &reasons, |version, failures| {
        failures.iter().filter_map(|failure| finding(case, version, failure)).collect()
    })
}

fn finding(case: &Case<'_>, version: ClusterVersion<'_>, failure: &Failure<'_>) -> Option<Finding> {
    let (reason, message) = (&*failure.reason, failure.message.trim());
    // Unknown without a word is what a condition says before anything was tried.
    if reason.is_empty() && message.is_empty() && !failure.condition.is_true() {
        return None;
    }
    let words = match (reason, excerpt(message)) {
        ("", message) if message.is_empty() => "no reason is given".to_owned(),
        ("", message) => message,
        (reason, message) if message.is_empty() => reason.to_owned(),
        (reason, message) => format!("{reason}: {message}"),
    };
    let worst = if failure.condition.is_true() { Severity::Error } else { Severity::Warning };
    Some(
        Finding::new(
            Subject::view(version),
            format!("{} fails: {words}", undertaking(version)),
            Evidence::condition(version.resource(), failure.condition, "the failure"),
        )
        .severity(urgency(case, failure.condition.since(), worst))
        .certainty(Certainty::Likely)
        .doubt("the reason is none that is known")
        .why(
            "The cluster-version operator sets Failing when it cannot go on. It gives this reason \
             for nothing the catalogue knows.",
        )
        .since(failure.condition.since())
        .saying(reason)
        .saying(message)
        .remedy(Remedy::new("Read the log of the cluster-version operator.").command(
            "oc logs -n openshift-cluster-version deployment/cluster-version-operator \
                 --tail=-1",
        )),
    )
}
