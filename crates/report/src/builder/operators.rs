//! The state of the ClusterOperators, and which depends on which.

use mustknow_cluster::model::snapshot::Snapshot;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::views::{ClusterOperator, Condition, Status};
use mustknow_rules::domain;
use mustknow_rules::terms::evidence::seconds;

use crate::model::{OperatorNeed, ReportOperator, ReportOperatorState};
use crate::redact::SafeText;

/// The most operators of a report; a release has about 35.
const MOST: usize = 100;

/// The operators of a cluster, by name; at most 100.
pub(super) fn operators(
    snapshot: &Snapshot,
    age: &dyn Fn(Option<Time>) -> Option<String>,
) -> Vec<ReportOperator> {
    let all: Vec<_> = snapshot.all::<ClusterOperator<'_>>().take(MOST).collect();
    let mut operators: Vec<_> = all.iter().map(|one| operator(*one, &all, age)).collect();
    operators.sort_by(|a, b| a.name.cmp(&b.name));
    operators
}

fn operator(
    operator: ClusterOperator<'_>,
    all: &[ClusterOperator<'_>],
    age: &dyn Fn(Option<Time>) -> Option<String>,
) -> ReportOperator {
    let (state, deciding) = state(operator);
    let since = deciding.and_then(Condition::since);
    let exists = |name: &str| all.iter().any(|other| other.name() == name);
    let needs = domain::operator_dependencies(operator.name()).filter(|(name, _)| exists(name));
    ReportOperator {
        name: SafeText::name(operator.name()),
        version: operator.version("operator").map(|version| SafeText::text(&version)),
        state,
        since: since.map(seconds),
        age: age(since),
        reason: deciding.map(|it| SafeText::text(&it.reason())).unwrap_or_default(),
        message: deciding.map(|it| SafeText::text(&it.message())).unwrap_or_default(),
        needs: needs.map(|(operator, because)| OperatorNeed { operator, because }).collect(),
    }
}

/// The state of an operator, and the condition that decides it.
fn state(operator: ClusterOperator<'_>) -> (ReportOperatorState, Option<Condition<'_>>) {
    let available = operator.condition("Available");
    let is_true = |name: &str| operator.condition(name).filter(|condition| condition.is_true());
    match available.map(Condition::status) {
        Some(Status::False) => (ReportOperatorState::Unavailable, available),
        None | Some(Status::Unknown) => (ReportOperatorState::Unknown, available),
        Some(Status::True) => match (is_true("Degraded"), is_true("Progressing")) {
            (Some(degraded), _) => (ReportOperatorState::Degraded, Some(degraded)),
            (None, Some(progressing)) => (ReportOperatorState::Progressing, Some(progressing)),
            (None, None) => (ReportOperatorState::Available, available),
        },
    }
}
