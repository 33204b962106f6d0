//! How old the conditions of the ClusterVersion and the ClusterOperators are.
//!
//! Most archives hold the time of their collection. Where they hold none, the newest time in any
//! object stands for it, and objects that were put together from several places spoil that: nodes
//! recorded months after the operators make every rollout months old. Then the newest transition
//! of the ClusterVersion and the ClusterOperators is the clock, as in `oc adm upgrade status` when
//! it reads files; ages by it are lower bounds.

use mustknow_gather::clock::ClockSource;
use mustknow_gather::kinds::{ClusterOperator, Condition, View};
use mustknow_gather::time::{Span, Time};

use crate::case::Case;

/// The time at which the release's conditions were looked at.
pub fn release_now(case: &Case<'_>) -> Option<Time> {
    if !is_lower_bound(case) {
        return case.now();
    }
    let of_version = case.cluster_version().map(View::resource);
    case.all::<ClusterOperator<'_>>()
        .map(View::resource)
        .chain(of_version)
        .flat_map(Condition::all)
        .filter_map(Condition::since)
        .max()
        .or_else(|| case.now())
}

/// Whether ages can only be said to be at least so long.
pub fn is_lower_bound(case: &Case<'_>) -> bool {
    case.snapshot().clock().is_some_and(|clock| clock.source == ClockSource::NewestRecord)
}

/// How long a condition stands, or a rollout runs; never negative.
pub fn release_age(case: &Case<'_>, since: Option<Time>) -> Option<Span> {
    Some(Span::between(since?, release_now(case)?).max(Span::minutes(0)))
}

/// Whether a condition stands, or a rollout runs, for longer than `limit`. False when that is not
/// known.
pub fn outlasts(case: &Case<'_>, since: Option<Time>, limit: Span) -> bool {
    release_age(case, since).is_some_and(|age| age > limit)
}
