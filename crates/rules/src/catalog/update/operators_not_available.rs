//! Update blocked by unavailable ClusterOperators.
//!
//! If the ClusterOperators were not collected, the condition is assumed to be correct. If every
//! listed operator reports that it is available, the condition is outdated: see
//! `update/stale-condition`.
//!
//! - openshift/cluster-version-operator `pkg/cvo/internal/operatorstatus.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDown.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "The cluster-version operator applies a release one run level at a time and continues \
         only when every ClusterOperator of the level is available. It reports \
         ClusterOperatorNotAvailable immediately. The update is stuck until the operator \
         recovers, and then continues automatically.",
    )
    .fix(
        "Check the listed operators. This is a symptom: fix what makes them unavailable. \
         Restarting or forcing the update does not help.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_failing(cx, &["ClusterOperatorNotAvailable"], |version, update_failures| {
        update_failures.iter().filter_map(|failure| finding(cx, version, failure)).collect()
    })
}

fn finding<'s>(
    cx: &RuleContext<'s>,
    version: ClusterVersion<'s>,
    failure: &UpdateFailure<'s>,
) -> Option<Finding> {
    let is_available =
        |named: &NamedOperator<'s>| named.condition("Available").is_some_and(Condition::is_true);
    let operators = blocking_operators(cx, failure, is_available)?;
    let since = failure.condition.since();
    let oldest = operators.iter().filter_map(|o| o.since("Available")).chain(since).min();
    let latest = operators.iter().filter_map(|o| o.since("Available")).chain(since).max();
    let names: Vec<_> = operators.iter().map(|operator| operator.name.as_str()).collect();
    let what = match names.as_slice() {
        [] => "unavailable operators".to_owned(),
        [one] => format!("unavailable ClusterOperator/{one}"),
        all => format!("unavailable ClusterOperators {}", name_list(all)),
    };
    let finding = Finding::new(
        Subject::view(version),
        format!("{} is blocked by {what}", current_operation(version)),
        Evidence::condition(version.resource(), failure.condition, "the failure"),
    )
    .severity(severity_by_age(cx, oldest, Critical))
    .since(latest)
    .keywords(&failure.reason)
    .keywords(&failure.message)
    .evidence(operators.iter().filter_map(reason_annotation))
    .run(describe_command(names.iter().copied()))
    .verify("oc adm upgrade");
    Some(operators.iter().filter_map(condition_keywords).fold(finding, Finding::keywords))
}

fn reason_annotation(operator: &NamedOperator<'_>) -> Option<Evidence> {
    let condition = operator.condition("Available")?;
    let note = format!("Available condition of {}", operator.name);
    Some(Evidence::condition(operator.object?.resource(), condition, note))
}

fn condition_keywords(operator: &NamedOperator<'_>) -> Option<String> {
    let condition = operator.condition("Available")?;
    Some(format!("{}: {}: {}", operator.name, condition.reason(), condition.message()))
}
