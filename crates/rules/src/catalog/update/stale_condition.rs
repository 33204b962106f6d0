//! Outdated Failing condition in ClusterVersion.
//!
//! The parts of an archive are collected minutes apart. Changes within the last five minutes are
//! ignored.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "Failing lists operators that are not available or degraded, but each of them has \
         reported the opposite for some minutes. The cluster-version operator has not checked \
         them since then, or is not running, so the condition is outdated.",
    )
    .fix("Check whether the cluster-version operator is running and what it logs now.")
    .run(&["oc get pods -n openshift-cluster-version"])
    .verify(&["oc adm upgrade"]);

/// How far apart the parts of an archive may have been collected.
const APART: Span = Span::minutes(5);
/// How long the cluster-version operator may take to check again.
const LOOKS_AGAIN: Span = Span::minutes(30);

fn check(cx: &RuleContext<'_>) -> Judged {
    let reasons = ["ClusterOperatorNotAvailable", "ClusterOperatorDegraded"];
    judge_failing(cx, &reasons, |version, update_failures| {
        update_failures.iter().filter_map(|failure| finding(cx, version, failure)).collect()
    })
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    failure: &UpdateFailure<'_>,
) -> Option<Finding> {
    let of_type =
        if failure.reason == "ClusterOperatorDegraded" { "Degraded" } else { "Available" };
    let operators = NamedOperator::all(cx, &failure.message);
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
    if !cx.is_older(failure.condition.since(), APART) || !cx.is_older(latest, APART) {
        return None;
    }
    let names: Vec<_> = operators.iter().map(|operator| operator.name.as_str()).collect();
    let state = if of_type == "Degraded" { "degraded" } else { "not available" };
    let severity = if cx.is_older(latest, LOOKS_AGAIN) { Warning } else { Info };
    Some(
        Finding::new(
            Subject::view(version),
            format!(
                "ClusterVersion/version still reports that {} {} {state}, but the operators report \
                 the opposite",
                name_list(&names),
                if names.len() == 1 { "is" } else { "are" }
            ),
            Evidence::condition(version.resource(), failure.condition, "the outdated condition"),
        )
        .severity(severity)
        .certainty(Certainty::Likely)
        .uncertainty(
            "that the condition is outdated is inferred from the conditions of the operators",
        )
        .since(latest)
        .keywords(&failure.message)
        .evidence(operators.iter().filter_map(|operator| reason_annotation(operator, of_type))),
    )
}

fn reason_annotation(operator: &NamedOperator<'_>, of_type: &str) -> Option<Evidence> {
    let condition: Condition<'_> = operator.condition(of_type)?;
    let note = format!("{} reports no problem", operator.name);
    Some(Evidence::condition(operator.object?.resource(), condition, note))
}
