//! Operators that take longer for the update than expected.
//!
//! # Why it matters
//!
//! Since release 4.16 the cluster-version operator sets `Failing` to Unknown with reason
//! `SlowClusterOperator` when an operator has been changing its version for more than 30 minutes,
//! or machine-config for more than 90. That is a suspicion: large clusters take longer.
//!
//! # What to do
//!
//! Look at what the operator says in `Progressing`: mostly pods that do not start, or nodes that
//! do not drain.
//!
//! # Blind spots
//!
//! The times are counted in the memory of the cluster-version operator and begin anew when it
//! restarts; they are not in the archive. Releases before 4.16 do not report slow operators here;
//! `operators/rollout-stuck` and `update/stalled` judge those by the archive's times.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`,
//!   `convertErrorToProgressingForUpdateEffectNone`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion};

use crate::catalog::prelude::*;
use crate::facts::{
    Failure, NamedOperator, describe, excerpt, failing_verdict, few, held_up,
    is_young_installation, undertaking,
};

pub(super) static META: Meta = Meta {
    id: "update/operators-slow",
    title: "operators that take longer for the update than expected",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    failing_verdict(
        case,
        &["SlowClusterOperator", "ClusterOperatorUpdating"],
        |version, failures| {
            failures.iter().filter_map(|failure| finding(case, version, failure)).collect()
        },
    )
}

fn finding<'s>(
    case: &Case<'s>,
    version: ClusterVersion<'s>,
    failure: &Failure<'s>,
) -> Option<Finding> {
    let target = version.desired_version();
    let is_done = |named: &NamedOperator<'s>| {
        target.is_some() && named.object.is_some_and(|o| o.version("operator") == target)
    };
    let operators = held_up(case, failure, is_done)?;
    let names: Vec<_> = operators.iter().map(|operator| operator.name.as_str()).collect();
    let what = match names.as_slice() {
        [] => "operators".to_owned(),
        [one] => format!("ClusterOperator/{one}"),
        all => format!("ClusterOperators {}", few(all)),
    };
    let severity = if is_young_installation(case) { Severity::Info } else { Severity::Warning };
    let limit = match names.as_slice() {
        ["machine-config"] => "90 minutes",
        _ => "30 minutes",
    };
    let finding = Finding::new(
        Subject::view(version),
        format!("{} has waited for {what} for more than {limit}", undertaking(version)),
        Evidence::condition(version.resource(), failure.condition, "the suspicion"),
    )
    .severity(severity)
    .why(
        "An operator should change its version within 30 minutes, machine-config within 90. This \
         is no failure yet: the update goes on when the operator is done.",
    )
    .since(failure.condition.since())
    .saying(&failure.reason)
    .saying(&failure.message)
    .evidence(operators.iter().filter_map(own_words))
    .remedy(
        Remedy::new("Look at what the operator is busy with.")
            .command(describe(names.iter().copied()))
            .verify("oc adm upgrade"),
    );
    Some(operators.iter().filter_map(said).fold(finding, Finding::saying))
}

fn own_words(operator: &NamedOperator<'_>) -> Option<Evidence> {
    let condition = operator.condition("Progressing")?;
    let note = format!("{}: {}", operator.name, excerpt(&condition.message()));
    Some(Evidence::condition(operator.object?.resource(), condition, note))
}

fn said(operator: &NamedOperator<'_>) -> Option<String> {
    let condition = operator.condition("Progressing")?;
    Some(format!("{}: {}: {}", operator.name, condition.reason(), condition.message()))
}
