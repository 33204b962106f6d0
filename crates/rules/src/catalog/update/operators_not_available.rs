//! An update that waits for operators that are not available.
//!
//! # Why it matters
//!
//! The cluster-version operator applies a release level by level and goes on only when every
//! ClusterOperator of a level is available. It reports `ClusterOperatorNotAvailable` at once, and
//! the update stands still until the operator recovers; then it goes on by itself.
//!
//! # What to do
//!
//! Look at the operators it names; this is a symptom of what makes them unavailable. Restarting
//! the update, or forcing it, does not help.
//!
//! # Blind spots
//!
//! Where the ClusterOperators were not collected the condition is taken at its word. Where every
//! operator it names says of itself that it is available, the condition is an old one: see
//! `update/stale-condition`.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/internal/operatorstatus.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDown.md`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, Condition};

use crate::catalog::prelude::*;
use crate::facts::{
    Failure, NamedOperator, describe, failing_verdict, few, held_up, undertaking, urgency,
};

pub(super) static META: Meta = Meta {
    id: "update/operators-not-available",
    title: "an update that waits for operators that are not available",
    severity: Severity::Critical,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    failing_verdict(case, &["ClusterOperatorNotAvailable"], |version, failures| {
        failures.iter().filter_map(|failure| finding(case, version, failure)).collect()
    })
}

fn finding<'s>(
    case: &Case<'s>,
    version: ClusterVersion<'s>,
    failure: &Failure<'s>,
) -> Option<Finding> {
    let is_available =
        |named: &NamedOperator<'s>| named.condition("Available").is_some_and(Condition::is_true);
    let operators = held_up(case, failure, is_available)?;
    let since = failure.condition.since();
    let oldest = operators.iter().filter_map(|o| o.since("Available")).chain(since).min();
    let latest = operators.iter().filter_map(|o| o.since("Available")).chain(since).max();
    let names: Vec<_> = operators.iter().map(|operator| operator.name.as_str()).collect();
    let what = match names.as_slice() {
        [] => "operators that are not available".to_owned(),
        [one] => format!("ClusterOperator/{one}, which is not available"),
        all => format!("ClusterOperators {}, which are not available", few(all)),
    };
    let finding = Finding::new(
        Subject::view(version),
        format!("{} waits for {what}", undertaking(version)),
        Evidence::condition(version.resource(), failure.condition, "the failure"),
    )
    .severity(urgency(case, oldest, Severity::Critical))
    .why(
        "The cluster-version operator applies the next manifests only when these operators are \
         available. It goes on by itself as soon as they are.",
    )
    .since(latest)
    .saying(&failure.reason)
    .saying(&failure.message)
    .evidence(operators.iter().filter_map(own_words))
    .remedy(
        Remedy::new(
            "Mend what makes the operators unavailable; the update then goes on by itself.",
        )
        .command(describe(names.iter().copied()))
        .verify("oc adm upgrade"),
    );
    Some(operators.iter().filter_map(said).fold(finding, Finding::saying))
}

fn own_words(operator: &NamedOperator<'_>) -> Option<Evidence> {
    let condition = operator.condition("Available")?;
    let note = format!("{} says so itself", operator.name);
    Some(Evidence::condition(operator.object?.resource(), condition, note))
}

fn said(operator: &NamedOperator<'_>) -> Option<String> {
    let condition = operator.condition("Available")?;
    Some(format!("{}: {}: {}", operator.name, condition.reason(), condition.message()))
}
