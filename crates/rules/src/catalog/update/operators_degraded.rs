//! An update that has waited too long for degraded operators.
//!
//! # Why it matters
//!
//! While it updates, the cluster-version operator gives an operator 40 minutes to stop being
//! degraded and then reports `ClusterOperatorDegraded`; outside an update it reports it at once.
//! The update does not go beyond the run level of the operator.
//!
//! # What to do
//!
//! Look at the operators it names; this is a symptom of what degrades them.
//!
//! # Blind spots
//!
//! The 40 minutes are counted in the memory of the cluster-version operator and begin anew when
//! it restarts; they are not in the archive. Where every operator it names says of itself that it
//! is not degraded, the condition is an old one: see `update/stale-condition`.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `pkg/cvo/internal/operatorstatus.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDegraded.md`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, Condition};

use crate::catalog::prelude::*;
use crate::facts::{
    Failure, NamedOperator, describe, failing_verdict, few, held_up, undertaking, urgency,
};

pub(super) static META: Meta = Meta {
    id: "update/operators-degraded",
    title: "an update that has waited too long for degraded operators",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    failing_verdict(case, &["ClusterOperatorDegraded"], |version, failures| {
        failures.iter().filter_map(|failure| finding(case, version, failure)).collect()
    })
}

fn finding<'s>(
    case: &Case<'s>,
    version: ClusterVersion<'s>,
    failure: &Failure<'s>,
) -> Option<Finding> {
    let is_well =
        |named: &NamedOperator<'s>| named.condition("Degraded").is_some_and(Condition::is_false);
    let operators = held_up(case, failure, is_well)?;
    let since = failure.condition.since();
    let oldest = operators.iter().filter_map(|o| o.since("Degraded")).chain(since).min();
    let latest = operators.iter().filter_map(|o| o.since("Degraded")).chain(since).max();
    let names: Vec<_> = operators.iter().map(|operator| operator.name.as_str()).collect();
    let what = match names.as_slice() {
        [] => "operators that are degraded".to_owned(),
        [one] => format!("ClusterOperator/{one}, which is degraded"),
        all => format!("ClusterOperators {}, which are degraded", few(all)),
    };
    let progressing = version.condition("Progressing").filter(|c| c.message().contains("exceeded"));
    let finding = Finding::new(
        Subject::view(version),
        format!("{} waits for {what}", undertaking(version)),
        Evidence::condition(version.resource(), failure.condition, "the failure"),
    )
    .severity(urgency(case, oldest, Severity::Error))
    .why(
        "During an update the cluster-version operator waits up to 40 minutes for an operator to \
         stop being degraded and then reports the update as failing. It goes on by itself as soon \
         as the operators are well.",
    )
    .since(latest)
    .saying(&failure.reason)
    .saying(&failure.message)
    .evidence(progressing.map(|condition| {
        Evidence::condition(version.resource(), condition, "it has waited for 40 minutes")
    }))
    .evidence(operators.iter().filter_map(own_words))
    .remedy(
        Remedy::new("Mend what degrades the operators; the update then goes on by itself.")
            .command(describe(names.iter().copied()))
            .verify("oc adm upgrade"),
    );
    let finding = progressing.iter().fold(finding, |f, condition| f.saying(condition.message()));
    Some(operators.iter().filter_map(said).fold(finding, Finding::saying))
}

fn own_words(operator: &NamedOperator<'_>) -> Option<Evidence> {
    let condition = operator.condition("Degraded")?;
    let note = format!("{} says so itself", operator.name);
    Some(Evidence::condition(operator.object?.resource(), condition, note))
}

fn said(operator: &NamedOperator<'_>) -> Option<String> {
    let condition = operator.condition("Degraded")?;
    Some(format!("{}: {}: {}", operator.name, condition.reason(), condition.message()))
}
