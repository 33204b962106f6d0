//! What the cluster-version operator is doing, and the failures that it reports.
//!
//! Source: openshift/cluster-version-operator `pkg/cvo/status.go`.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{ClusterVersion, UpdateFailure, UpdatePhase, update_failures};

use crate::terms::context::RuleContext;
use crate::terms::finding::Finding;
use crate::terms::meta::Severity;
use crate::terms::persistence::Persistence;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged, not_applicable};

/// Up to this age a failure can be gone after the next attempt.
const TRANSIENT: Span = Span::minutes(5);

/// What a rule finds in the failures in the condition `Failing` with one of `reasons`.
pub fn judge_failing<'s>(
    cx: &RuleContext<'s>,
    reasons: &[&str],
    judge: impl FnOnce(ClusterVersion<'s>, Vec<UpdateFailure<'s>>) -> Vec<Finding>,
) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    if version.condition("Failing").is_none() {
        return Err(cluster_version_gap("no condition Failing").into());
    }
    let failures: Vec<_> =
        update_failures(version).into_iter().filter(|f| reasons.contains(&&*f.reason)).collect();
    let findings = if failures.is_empty() { Vec::new() } else { judge(version, failures) };
    Ok(Checked::over(1, findings))
}

/// The gap of a rule that needs something that the ClusterVersion does not have.
pub fn cluster_version_gap(lacks: &str) -> Gap {
    Gap::new(GapKind::FieldAbsent, format!("ClusterVersion/version has {lacks}"))
        .command("oc get clusterversion version -o yaml")
}

/// The condition `ReleaseAccepted` if it is False; its reason is the step that failed.
pub(super) fn rejected_release(version: ClusterVersion<'_>) -> Option<UpdateFailure<'_>> {
    let condition = version.condition("ReleaseAccepted").filter(|c| c.is_false())?;
    let message = condition.message().into_owned();
    Some(UpdateFailure { condition, reason: condition.reason(), message })
}

/// What the cluster-version operator is doing, as the subject of a sentence.
pub fn current_operation(version: ClusterVersion<'_>) -> String {
    match UpdatePhase::of(version) {
        Some(UpdatePhase::Installing(entry)) => format!("the installation of {}", entry.version()),
        Some(UpdatePhase::Updating { to, .. }) => format!("the update to {}", to.version()),
        Some(UpdatePhase::Completed(entry)) => format!("the reconciliation of {}", entry.version()),
        None => "the cluster-version operator".to_owned(),
    }
}

/// Whether the cluster runs OKD, by its version.
pub fn is_okd(cx: &RuleContext<'_>) -> bool {
    let version = cx.cluster_version().and_then(ClusterVersion::desired_version);
    version.is_some_and(|version| version.contains("okd"))
}

/// Whether an update is running.
pub fn is_updating(cx: &RuleContext<'_>) -> bool {
    cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_updating)
}

/// The severity of a failure of the cluster-version operator: only an update can be stuck. After
/// it the cluster continues to work, so that a failure is at most an error.
pub fn severity_by_phase(cx: &RuleContext<'_>, usual: Severity) -> Severity {
    if is_updating(cx) { usual } else { usual.min(Severity::Error) }
}

/// The same, of a failure that began at `since`, for rules without a patience of their own.
pub fn severity_by_age(cx: &RuleContext<'_>, since: Option<Time>, worst: Severity) -> Severity {
    Persistence::of(cx, since, TRANSIENT).severity(severity_by_phase(cx, worst))
}
