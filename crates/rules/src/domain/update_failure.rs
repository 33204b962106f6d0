//! Failures that the cluster-version operator reports, and their severity by age.
//!
//! The operator reports a failure immediately, and many are gone after the next attempt, so a
//! recent failure means little. During an installation failures are normal. Source:
//! openshift/cluster-version-operator `pkg/cvo/status.go`.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{ClusterVersion, UpdateFailure, UpdatePhase, update_failures};

use super::named_operators::NamedOperator;
use crate::engine::context::RuleContext;
use crate::engine::finding::Finding;
use crate::engine::meta::Severity;
use crate::engine::verdict::{Checked, Gap, GapKind, Judged, not_applicable};

/// Up to this age a failure can be transient.
const TRANSIENT: Span = Span::minutes(5);
/// From this age a failure has its full severity.
const PERSISTENT: Span = Span::minutes(20);
/// How long an installation may take before its failures count.
const INSTALLATION: Span = Span::minutes(60);

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
        let what = "ClusterVersion/version has no condition Failing";
        let command = "oc get clusterversion version -o yaml";
        return Err(Gap::new(GapKind::FieldAbsent, what).command(command).into());
    }
    let failures: Vec<_> =
        update_failures(version).into_iter().filter(|f| reasons.contains(&&*f.reason)).collect();
    let findings = if failures.is_empty() { Vec::new() } else { judge(version, failures) };
    Ok(Checked::over(1, findings))
}

/// The condition `ReleaseAccepted` if it is False; its reason is the step that failed.
pub fn rejected_release(version: ClusterVersion<'_>) -> Option<UpdateFailure<'_>> {
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

/// Whether the installation is running and recent, so that unfinished components are normal.
pub fn is_recent_installation(cx: &RuleContext<'_>) -> bool {
    match cx.cluster_version().and_then(UpdatePhase::of) {
        Some(UpdatePhase::Installing(entry)) => {
            cx.age(entry.started()).is_none_or(|age| age <= INSTALLATION)
        }
        _ => false,
    }
}

/// The severity of a failure that began at `since`: `worst` if it is persistent.
pub fn severity_by_age(cx: &RuleContext<'_>, since: Option<Time>, worst: Severity) -> Severity {
    if is_recent_installation(cx) {
        return Severity::Info;
    }
    // Only an update can be stuck. After it, the cluster continues to work.
    let is_completed = match cx.cluster_version().and_then(UpdatePhase::of) {
        Some(update) => !update.is_updating(),
        None => true,
    };
    let worst = if is_completed { worst.min(Severity::Error) } else { worst };
    match cx.age(since) {
        Some(age) if age > PERSISTENT => worst,
        Some(age) if age <= TRANSIENT && !cx.ages_are_lower_bounds() => Severity::Info,
        _ => worst.min(Severity::Warning),
    }
}

/// The operators that a failure names, without those whose own conditions contradict it. None if
/// all of them contradict it; empty if the failure names none.
pub fn blocking_operators<'s>(
    cx: &RuleContext<'s>,
    failure: &UpdateFailure<'s>,
    contradicts: impl Fn(&NamedOperator<'s>) -> bool,
) -> Option<Vec<NamedOperator<'s>>> {
    let named = NamedOperator::all(cx, &failure.message);
    let blocking: Vec<_> = named.iter().filter(|named| !contradicts(named)).cloned().collect();
    (named.is_empty() || !blocking.is_empty()).then_some(blocking)
}
