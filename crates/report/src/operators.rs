//! How the ClusterOperators stand, and which needs which.

use mustknow_cluster::model::snapshot::Snapshot;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::views::{ClusterOperator, Condition, Status};
use mustknow_rules::domain;
use mustknow_rules::engine::evidence::seconds;

use crate::report::{Need, Operator};
use crate::safe::SafeText;

/// A release has some 35.
const MOST: usize = 100;

/// The operators of a cluster, by name; at most 100.
pub(crate) fn operators(
    snapshot: &Snapshot,
    age: &dyn Fn(Option<Time>) -> Option<String>,
) -> Vec<Operator> {
    let all: Vec<_> = snapshot.all::<ClusterOperator<'_>>().take(MOST).collect();
    let mut operators: Vec<_> = all.iter().map(|operator| read(*operator, &all, age)).collect();
    operators.sort_by(|a, b| a.name.cmp(&b.name));
    operators
}

fn read(
    operator: ClusterOperator<'_>,
    all: &[ClusterOperator<'_>],
    age: &dyn Fn(Option<Time>) -> Option<String>,
) -> Operator {
    let (state, telling) = state(operator);
    let since = telling.and_then(Condition::since);
    let is_there = |name: &str| all.iter().any(|other| other.name() == name);
    let needs = domain::operator_dependencies(operator.name()).filter(|(name, _)| is_there(name));
    Operator {
        name: SafeText::name(operator.name()),
        version: operator.version("operator").map(|version| SafeText::text(&version)),
        state,
        since: since.map(seconds),
        age: age(since),
        reason: telling.map(|it| SafeText::text(&it.reason())).unwrap_or_default(),
        message: telling.map(|it| SafeText::text(&it.message())).unwrap_or_default(),
        needs: needs.map(|(operator, because)| Need { operator, because }).collect(),
    }
}

/// How it stands, and the condition that says so.
fn state(operator: ClusterOperator<'_>) -> (&'static str, Option<Condition<'_>>) {
    let available = operator.condition("Available");
    let is_true = |name: &str| operator.condition(name).filter(|condition| condition.is_true());
    match available.map(Condition::status) {
        Some(Status::False) => ("unavailable", available),
        None | Some(Status::Unknown) => ("unknown", available),
        Some(Status::True) => match (is_true("Degraded"), is_true("Progressing")) {
            (Some(degraded), _) => ("degraded", Some(degraded)),
            (None, Some(progressing)) => ("progressing", Some(progressing)),
            (None, None) => ("available", available),
        },
    }
}
