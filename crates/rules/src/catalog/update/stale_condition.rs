//! A failure of the update that the operators it names contradict.
//!
//! # Why it matters
//!
//! `Failing` names operators that are not available or degraded, and each of them says the
//! opposite of itself, for some minutes already. The cluster-version operator has not looked
//! since, or does not run, so the condition tells of the past.
//!
//! # What to do
//!
//! See whether the cluster-version operator runs and what it logs now.
//!
//! # Blind spots
//!
//! The parts of an archive are collected minutes apart; what changed within the last five minutes
//! is left out.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION, ClusterVersion, Condition};

use crate::catalog::prelude::*;
use crate::facts::{Failure, NamedOperator, failing_verdict, few};

pub(super) static META: Meta = Meta {
    id: "update/stale-condition",
    title: "a failure of the update that the operators it names contradict",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

/// How far apart the parts of an archive may have been collected.
const APART: Span = Span::minutes(5);
/// How long the cluster-version operator may take to look again.
const LOOKS_AGAIN: Span = Span::minutes(30);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let reasons = ["ClusterOperatorNotAvailable", "ClusterOperatorDegraded"];
    failing_verdict(case, &reasons, |version, failures| {
        failures.iter().filter_map(|failure| finding(case, version, failure)).collect()
    })
}

fn finding(case: &Case<'_>, version: ClusterVersion<'_>, failure: &Failure<'_>) -> Option<Finding> {
    let of_type =
        if failure.reason == "ClusterOperatorDegraded" { "Degraded" } else { "Available" };
    let operators = NamedOperator::all(case, &failure.message);
    let opposite = |named: &NamedOperator<'_>| {
        let condition = named.condition(of_type)?;
        let is_well =
            if of_type == "Degraded" { condition.is_false() } else { condition.is_true() };
        is_well.then(|| condition.since())
    };
    let recovered: Vec<_> = operators.iter().map_while(opposite).collect();
    if operators.is_empty() || recovered.len() < operators.len() {
        return None;
    }
    let latest = recovered.into_iter().flatten().max();
    if !case.is_older(failure.condition.since(), APART) || !case.is_older(latest, APART) {
        return None;
    }
    let names: Vec<_> = operators.iter().map(|operator| operator.name.as_str()).collect();
    let state = if of_type == "Degraded" { "degraded" } else { "not available" };
    let severity =
        if case.is_older(latest, LOOKS_AGAIN) { Severity::Warning } else { Severity::Info };
    Some(
        Finding::new(
            Subject::view(version),
            format!(
                "ClusterVersion/version still says that {} {} {state}, which the operators \
                 themselves contradict",
                few(&names),
                if names.len() == 1 { "is" } else { "are" }
            ),
            Evidence::condition(version.resource(), failure.condition, "the old condition"),
        )
        .severity(severity)
        .certainty(Certainty::Likely)
        .doubt("that the condition is history is inferred from the operators, which are well")
        .why(
            "The operators recovered and the cluster-version operator has not taken notice: it \
             works on something else meanwhile, or does not run. The condition is history.",
        )
        .since(latest)
        .saying(&failure.message)
        .evidence(operators.iter().filter_map(|operator| own_words(operator, of_type)))
        .remedy(
            Remedy::new("See whether the cluster-version operator runs.")
                .command("oc get pods -n openshift-cluster-version")
                .verify("oc adm upgrade"),
        ),
    )
}

fn own_words(operator: &NamedOperator<'_>, of_type: &str) -> Option<Evidence> {
    let condition: Condition<'_> = operator.condition(of_type)?;
    let note = format!("{} says that it is well", operator.name);
    Some(Evidence::condition(operator.object?.resource(), condition, note))
}
