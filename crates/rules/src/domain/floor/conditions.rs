//! What the conditions of an object of any kind report.

use mustknow_cluster::model::custom_resource::kind_of;
use mustknow_cluster::model::kinds::CUSTOM_RESOURCE;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;
use mustknow_cluster::views::{Condition, ConditionPolarity};
use mustknow_yaml::Value;

use super::condition_exceptions::{exception, is_harmless};
use super::polarity::polarity_of;
use super::unwell::Unwell;
use crate::terms::meta::Severity;

/// How long a condition may be bad: the shipped alerts wait as long.
pub(super) const GRACE: Span = Span::minutes(15);
/// How long a summary may be unknown before it is worth a note.
const UNKNOWN_GRACE: Span = Span::hours(1);

/// Types that sum up the others.
const SUMMARIES: [&str; 2] = ["Ready", "Succeeded"];
/// The last words of parts that may be alternatives which are not in use.
const PARTS: [&str; 6] = ["Ready", "Available", "Healthy", "Deployed", "Scheduled", "Initialized"];

/// One condition that reports a fault, and how bad it is.
struct BadCondition<'s> {
    condition: Condition<'s>,
    severity: Severity,
}

/// Whether the object says that it is well as a whole.
pub(super) fn is_well_as_a_whole(resource: &Resource) -> bool {
    Condition::all(resource).any(|it| matches!(&*it.name(), "Ready" | "Available") && it.is_true())
}

/// The object, if one of its conditions reports a fault.
pub(super) fn unwell_by_conditions(resource: &Resource) -> Option<Unwell<'_>> {
    let mut bad = bad_conditions(resource);
    bad.sort_by_key(|it| (std::cmp::Reverse(it.severity), weight(&it.condition.name())));
    let (first, rest) = bad.split_first()?;
    let name = first.condition.name();
    let head = if first.condition.has_no_status() {
        format!("reports {name}")
    } else {
        format!("reports {name}={}", first.condition.status_text())
    };
    let grace = if first.severity > Severity::Info { GRACE } else { UNKNOWN_GRACE };
    let mut unwell =
        Unwell::reports(resource, first.condition, head, grace).severity(first.severity);
    for other in rest {
        unwell = unwell.condition(other.condition);
    }
    Some(unwell)
}

/// The order in which conditions are quoted: those that say what fails before those that sum up.
fn weight(name: &str) -> usize {
    ["Degraded", "Failed", "Failing", "Stalled"]
        .iter()
        .position(|it| name == *it)
        .unwrap_or(if SUMMARIES.contains(&name) || name == "Available" { 9 } else { 5 })
}

fn bad_conditions(resource: &Resource) -> Vec<BadCondition<'_>> {
    let all: Vec<_> = Condition::all(resource).collect();
    let generation = resource.at(&["metadata", "generation"]).and_then(Value::as_i64);
    let is_summed_up = |condition: Condition<'_>| {
        all.iter().any(|it| SUMMARIES.contains(&&*it.name()) && it.is_true())
            && PARTS.iter().any(|part| condition.name().ends_with(part))
    };
    let severity = |condition: Condition<'_>| {
        let is_stale = is_custom(resource)
            && condition.observed_generation().zip(generation).is_some_and(|(seen, now)| {
                // Zero means that it is not set.
                seen != 0 && seen < now
            });
        if is_stale || is_harmless(condition) || is_summed_up(condition) {
            return None;
        }
        severity_of(resource, condition)
    };
    all.iter()
        .filter_map(|it| Some(BadCondition { condition: *it, severity: severity(*it)? }))
        .collect()
}

fn is_custom(resource: &Resource) -> bool {
    *resource.key().kind == CUSTOM_RESOURCE
}

/// How bad a condition is; None if it reports no fault.
fn severity_of(resource: &Resource, condition: Condition<'_>) -> Option<Severity> {
    let kind = kind_of(resource);
    let name = condition.name();
    // Of Argo CD, a condition without a status is a fact.
    if condition.has_no_status() {
        let is_error = kind.group == "argoproj.io" && name.ends_with("Error");
        return is_error.then_some(Severity::Warning);
    }
    let polarity = match exception(kind.kind, &name) {
        Some(rule) => rule.polarity()?,
        None => polarity_of(&name)?,
    };
    // Of prometheus-operator, a fourth status.
    if condition.status_text() == "Degraded" || condition.is_bad_with(polarity) {
        return Some(usual_severity(resource, condition));
    }
    let is_summary = matches!(&*name, "Ready" | "Available" | "Healthy");
    let is_open = !condition.is_true() && !condition.is_false();
    (is_open && is_summary && polarity == ConditionPolarity::BadWhenFalse).then_some(Severity::Info)
}

/// A warning, unless the condition itself says that it is less: knative.dev/pkg
/// `apis/condition_types.go`, kubernetes-sigs/cluster-api `api/core/v1beta1/condition_types.go`. Kinds
/// that hold results about something else report no fault of their own.
fn usual_severity(resource: &Resource, condition: Condition<'_>) -> Severity {
    const RESULTS: [&str; 5] = ["Status", "Report", "Result", "Check", "Scan"];
    let is_result =
        is_custom(resource) && RESULTS.iter().any(|end| kind_of(resource).kind.ends_with(end));
    let is_remark = matches!(&*condition.severity(), "Info" | "Warning");
    if is_result || (is_custom(resource) && is_remark) { Severity::Info } else { Severity::Warning }
}
