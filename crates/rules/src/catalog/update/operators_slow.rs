//! ClusterOperators that take longer than expected to update.
//!
//! The times are counted in the memory of the cluster-version operator and start again when it
//! restarts. They are not in the archive. Releases before 4.16 do not report slow operators here:
//! for them, `operators/rollout-stuck` and `update/stalled` use the times in the archive.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`,
//!   `convertErrorToProgressingForUpdateEffectNone`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "Since release 4.16 the cluster-version operator sets Failing to Unknown with reason \
         SlowClusterOperator when an operator has been changing its version for more than 30 \
         minutes, or machine-config for more than 90 minutes. This is not necessarily a \
         failure: large clusters take longer.",
    )
    .fix(
        "Check the Progressing condition of the operator. Usually pods do not start or nodes do \
         not drain.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_failing(
        cx,
        &["SlowClusterOperator", "ClusterOperatorUpdating"],
        |version, update_failures| {
            update_failures.iter().filter_map(|failure| finding(cx, version, failure)).collect()
        },
    )
}

fn finding<'s>(
    cx: &RuleContext<'s>,
    version: ClusterVersion<'s>,
    failure: &UpdateFailure<'s>,
) -> Option<Finding> {
    let target = version.desired_version();
    let is_done = |named: &NamedOperator<'s>| {
        target.is_some() && named.object.is_some_and(|o| o.version("operator") == target)
    };
    let operators = blocking_operators(cx, failure, is_done)?;
    let names: Vec<_> = operators.iter().map(|operator| operator.name.as_str()).collect();
    let what = match names.as_slice() {
        [] => "operators".to_owned(),
        [one] => format!("ClusterOperator/{one}"),
        all => format!("ClusterOperators {}", name_list(all)),
    };
    let severity = if is_recent_installation(cx) { Info } else { Warning };
    let limit = match names.as_slice() {
        ["machine-config"] => "90 minutes",
        _ => "30 minutes",
    };
    let finding = Finding::new(
        Subject::view(version),
        format!("{} has been waiting for {what} for more than {limit}", current_operation(version)),
        Evidence::condition(version.resource(), failure.condition, "the report of slow operators"),
    )
    .severity(severity)
    .since(failure.condition.since())
    .keywords(&failure.reason)
    .keywords(&failure.message)
    .evidence(operators.iter().filter_map(reason_annotation))
    .run(describe_command(names.iter().copied()))
    .verify("oc adm upgrade");
    Some(operators.iter().filter_map(condition_keywords).fold(finding, Finding::keywords))
}

fn reason_annotation(operator: &NamedOperator<'_>) -> Option<Evidence> {
    let condition = operator.condition("Progressing")?;
    let note = format!("{}: {}", operator.name, excerpt(&condition.message()));
    Some(Evidence::condition(operator.object?.resource(), condition, note))
}

fn condition_keywords(operator: &NamedOperator<'_>) -> Option<String> {
    let condition = operator.condition("Progressing")?;
    Some(format!("{}: {}: {}", operator.name, condition.reason(), condition.message()))
}
