//! Cluster-version operator failing for an unrecognized reason.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `syncFailingStatus`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(|cx| {
        let is_other = |failure: &UpdateFailure<'_>| {
            !JUDGED.split(' ').any(|reason| !reason.is_empty() && failure.reason == reason)
        };
        UpdateProblem::judge(cx, is_other, finding)
    })
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
    .why(
        "Failing reports a problem that no other rule recognizes: an error without a reason, or \
         a reason from another release. The update, or the reconciliation of the current \
         version, is stuck.",
    )
    .fix("Read the message and the log of the cluster-version operator.")
    .run(&["oc logs -n openshift-cluster-version deployment/cluster-version-operator --tail=-1"])
    .verify(&["oc adm upgrade"]);

/// The reasons that other rules check.
const JUDGED: &str = "ClusterOperatorDegraded ClusterOperatorNoVersions \
    ClusterOperatorNotAvailable ClusterOperatorUpdating ImageVerificationFailed NoDesiredImage \
    SlowClusterOperator UpdatePayloadClusterDown UpdatePayloadClusterError \
    UpdatePayloadClusterOverloaded UpdatePayloadClusterUnauthorized UpdatePayloadFailed \
    UpdatePayloadIntegrity UpdatePayloadResourceConflict UpdatePayloadResourceForbidden \
    UpdatePayloadResourceInvalid UpdatePayloadResourceNotFound UpdatePayloadResourceTypeMissing \
    UpdatePayloadRetrievalFailed UpgradePreconditionCheckFailed WorkloadNotAvailable \
    WorkloadNotProgressing";

fn finding(problem: &UpdateProblem<'_>) -> Option<Finding> {
    let UpdateFailure { condition, reason, message } = &problem.failure;
    let detail = match (&**reason, excerpt(message)) {
        // Before the first attempt the condition is Unknown without a reason and a message.
        ("", message) if message.is_empty() && !condition.is_true() => return None,
        ("", message) if message.is_empty() => "no reason is given".to_owned(),
        ("", message) => message,
        (reason, message) if message.is_empty() => reason.to_owned(),
        (reason, message) => format!("{reason}: {message}"),
    };
    Some(
        problem
            .finding(format!("{} fails: {detail}", problem.operation()))
            .severity(if condition.is_true() { Error } else { Warning })
            .likely("the reason is not recognized"),
    )
}
