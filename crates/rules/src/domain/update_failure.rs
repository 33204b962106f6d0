//! How grave a failure of the cluster-version operator is, by what it is doing and for how long.
//!
//! The operator reports a failure the moment it meets it, and many pass with the next attempt, so
//! a young one is worth little; while an installation runs failures are the rule. Source:
//! openshift/cluster-version-operator `pkg/cvo/status.go`.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{ClusterVersion, UpdateFailure, UpdatePhase, update_failures};

use super::named::NamedOperator;
use crate::engine::context::RuleContext;
use crate::engine::finding::Finding;
use crate::engine::meta::Severity;
use crate::engine::verdict::{Gap, GapKind, Verdict};

/// Up to this age a failure may pass by itself.
const PASSING: Span = Span::minutes(5);
/// From this age on a failure counts in full.
const LASTING: Span = Span::minutes(20);
/// How long an installation may take before its failures count.
const INSTALLATION: Span = Span::minutes(60);

/// The verdict over the failures of `Failing` that have one of `reasons`.
pub fn failing_verdict<'s>(
    cx: &RuleContext<'s>,
    reasons: &[&str],
    judge: impl FnOnce(ClusterVersion<'s>, Vec<UpdateFailure<'s>>) -> Vec<Finding>,
) -> Verdict {
    let Some(version) = cx.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    if version.condition("Failing").is_none() {
        let what = "ClusterVersion/version has no condition Failing";
        let ask = "oc get clusterversion version -o yaml";
        return Verdict::Unknown(Gap::new(GapKind::FieldAbsent, what).ask(ask));
    }
    let theirs: Vec<_> =
        update_failures(version).into_iter().filter(|f| reasons.contains(&&*f.reason)).collect();
    let findings = if theirs.is_empty() { Vec::new() } else { judge(version, theirs) };
    Verdict::over(1, findings, "")
}

/// What `ReleaseAccepted` says when it is False: the step that failed is its reason.
pub fn rejected_release(version: ClusterVersion<'_>) -> Option<UpdateFailure<'_>> {
    let condition = version.condition("ReleaseAccepted").filter(|c| c.is_false())?;
    let message = condition.message().into_owned();
    Some(UpdateFailure { condition, reason: condition.reason(), message })
}

/// What the cluster-version operator is doing, for a sentence.
pub fn undertaking(version: ClusterVersion<'_>) -> String {
    match UpdatePhase::of(version) {
        Some(UpdatePhase::Installing(entry)) => format!("the installation of {}", entry.version()),
        Some(UpdatePhase::Updating { to, .. }) => format!("the update to {}", to.version()),
        Some(UpdatePhase::Completed(entry)) => format!("the reconciliation of {}", entry.version()),
        None => "the cluster-version operator".to_owned(),
    }
}

/// Whether the first installation runs and is young enough for anything to be unfinished.
pub fn is_young_installation(cx: &RuleContext<'_>) -> bool {
    match cx.cluster_version().and_then(UpdatePhase::of) {
        Some(UpdatePhase::Installing(entry)) => {
            cx.age(entry.started()).is_none_or(|age| age <= INSTALLATION)
        }
        _ => false,
    }
}

/// How grave something is that stands since `since` and is `worst` when it lasts.
pub fn urgency(cx: &RuleContext<'_>, since: Option<Time>, worst: Severity) -> Severity {
    if is_young_installation(cx) {
        return Severity::Info;
    }
    // Only an update stands still; what was completed goes on working.
    let is_settled = match cx.cluster_version().and_then(UpdatePhase::of) {
        Some(update) => !update.is_updating(),
        None => true,
    };
    let worst = if is_settled { worst.min(Severity::Error) } else { worst };
    match cx.age(since) {
        Some(age) if age > LASTING => worst,
        Some(age) if age <= PASSING && !cx.ages_are_lower_bounds() => Severity::Info,
        _ => worst.min(Severity::Warning),
    }
}

/// The operators of a failure, without those whose own objects contradict it. None when every one
/// does; empty when the failure names none.
pub fn held_up<'s>(
    cx: &RuleContext<'s>,
    failure: &UpdateFailure<'s>,
    contradicts: impl Fn(&NamedOperator<'s>) -> bool,
) -> Option<Vec<NamedOperator<'s>>> {
    let named = NamedOperator::all(cx, &failure.message);
    let standing: Vec<_> = named.iter().filter(|named| !contradicts(named)).cloned().collect();
    (named.is_empty() || !standing.is_empty()).then_some(standing)
}
