//! Update blocked by degraded ClusterOperators.
//!
//! The 40 minutes are counted in the memory of the cluster-version operator and start again when it
//! restarts. They are not in the archive. If every listed operator reports that it is not degraded,
//! the condition is outdated: see `update/stale-condition`.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `pkg/cvo/internal/operatorstatus.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDegraded.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "During an update the cluster-version operator waits 40 minutes for an operator to stop \
         being degraded before it reports ClusterOperatorDegraded. Outside an update it \
         reports this immediately. The update does not continue past the run level of the \
         operator.",
    )
    .fix("Check the listed operators. This is a symptom: fix what degrades them.");

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_failing(cx, &["ClusterOperatorDegraded"], |version, update_failures| {
        update_failures.iter().filter_map(|failure| finding(cx, version, failure)).collect()
    })
}

fn finding<'s>(
    cx: &RuleContext<'s>,
    version: ClusterVersion<'s>,
    failure: &UpdateFailure<'s>,
) -> Option<Finding> {
    let is_well =
        |named: &NamedOperator<'s>| named.condition("Degraded").is_some_and(Condition::is_false);
    let operators = blocking_operators(cx, failure, is_well)?;
    let since = failure.condition.since();
    let oldest = operators.iter().filter_map(|o| o.since("Degraded")).chain(since).min();
    let latest = operators.iter().filter_map(|o| o.since("Degraded")).chain(since).max();
    let names: Vec<_> = operators.iter().map(|operator| operator.name.as_str()).collect();
    let what = match names.as_slice() {
        [] => "degraded operators".to_owned(),
        [one] => format!("degraded ClusterOperator/{one}"),
        all => format!("degraded ClusterOperators {}", name_list(all)),
    };
    let progressing = version.condition("Progressing").filter(|c| c.message().contains("exceeded"));
    let finding = Finding::new(
        Subject::view(version),
        format!("{} is blocked by {what}", current_operation(version)),
        Evidence::condition(version.resource(), failure.condition, "the failure"),
    )
    .severity(severity_by_age(cx, oldest, Error))
    .since(latest)
    .keywords(&failure.reason)
    .keywords(&failure.message)
    .evidence(progressing.map(|condition| {
        Evidence::condition(version.resource(), condition, "the wait exceeded 40 minutes")
    }))
    .evidence(operators.iter().filter_map(reason_annotation))
    .run(describe_command(names.iter().copied()))
    .verify("oc adm upgrade");
    let finding = progressing.iter().fold(finding, |f, condition| f.keywords(condition.message()));
    Some(operators.iter().filter_map(condition_keywords).fold(finding, Finding::keywords))
}

fn reason_annotation(operator: &NamedOperator<'_>) -> Option<Evidence> {
    let condition = operator.condition("Degraded")?;
    let note = format!("Degraded condition of {}", operator.name);
    Some(Evidence::condition(operator.object?.resource(), condition, note))
}

fn condition_keywords(operator: &NamedOperator<'_>) -> Option<String> {
    let condition = operator.condition("Degraded")?;
    Some(format!("{}: {}: {}", operator.name, condition.reason(), condition.message()))
}
