//! Outdated Failing condition in ClusterVersion.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)])
    .check(|cx| {
        let is_of_operators = |failure: &UpdateFailure<'_>| {
            matches!(&*failure.reason, "ClusterOperatorNotAvailable" | "ClusterOperatorDegraded")
        };
        UpdateProblem::judge(cx, is_of_operators, finding)
    })
    // What the cluster-version operator takes to check again.
    .note_until(Span::minutes(30))
    .why(
        "Failing lists operators that are not available or degraded, but each of them has \
         reported the opposite for some minutes. The cluster-version operator has not checked \
         them since then, or is not running, so the condition is outdated.",
    )
    .fix("Check whether the cluster-version operator is running and what it logs now.")
    .run(&["oc get pods -n openshift-cluster-version"])
    .verify(&["oc adm upgrade"]);

/// How far apart the parts of an archive may have been collected: the cluster may be recovering.
const APART: Span = Span::minutes(5);

fn finding(problem: &UpdateProblem<'_>) -> Option<Finding> {
    let (of_type, state) = match &*problem.failure.reason {
        "ClusterOperatorDegraded" => ("Degraded", "degraded"),
        _ => ("Available", "not available"),
    };
    let operators = NamedOperator::all(&problem.cx, &problem.failure.message);
    let is_well =
        |it: Condition<'_>| if of_type == "Degraded" { it.is_false() } else { it.is_true() };
    if operators.is_empty() || !operators.iter().all(|it| it.is(of_type, is_well)) {
        return None;
    }
    let recovered = operators.iter().filter_map(|it| it.since(of_type)).max();
    let latest = recovered.max(problem.failure.condition.since());
    let is_recovering = !Persistence::of(&problem.cx, latest, APART).counts();
    let names: Vec<_> = operators.iter().map(|operator| operator.name.as_str()).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let names = name_list(&names);
    let opposite = if is_recovering {
        "which recovered a moment ago"
    } else {
        "but the operators report the opposite"
    };
    let summary =
        format!("ClusterVersion/version still reports that {names} {verb} {state}, {opposite}");
    let of_operator = |it: &NamedOperator<'_>| {
        let (operator, condition) = (it.object?, it.condition(of_type)?);
        let note = format!("{} reports no problem", it.name);
        Some(Evidence::condition(operator.resource(), condition, note))
    };
    let condition = problem.failure.condition;
    Some(
        Finding::new(
            Subject::view(problem.version),
            summary,
            Evidence::condition(problem.version.resource(), condition, "the outdated condition"),
        )
        .likely("that the condition is outdated is inferred from the conditions of the operators")
        .since(recovered)
        .lasts_since(latest)
        .keywords(&problem.failure.message)
        .evidence(operators.iter().filter_map(of_operator)),
    )
}
