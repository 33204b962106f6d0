//! Update blocked by degraded ClusterOperators.
//!
//! # Why it matters
//!
//! During an update the cluster-version operator waits 40 minutes for an operator to stop being
//! degraded before it reports `ClusterOperatorDegraded`. Outside an update it reports this
//! immediately. The update does not continue past the run level of the operator.
//!
//! # What to do
//!
//! Check the listed operators. This is a symptom: fix what degrades them.
//!
//! # Blind spots
//!
//! The 40 minutes are counted in the memory of the cluster-version operator and start again when it
//! restarts. They are not in the archive. If every listed operator reports that it is not degraded,
//! the condition is outdated: see `update/stale-condition`.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `pkg/cvo/internal/operatorstatus.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDegraded.md`

use mustknow_cluster::model::kinds::CLUSTER_VERSION;
use mustknow_cluster::views::{ClusterVersion, Condition, UpdateFailure};

use crate::catalog::prelude::*;
use crate::domain::{
    NamedOperator, blocking_operators, current_operation, describe_command, failing_verdict,
    severity_by_age,
};
use crate::engine::name_list;

pub(super) static META: Meta = Meta {
    id: "update/operators-degraded",
    title: "update blocked by degraded ClusterOperators",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    failing_verdict(cx, &["ClusterOperatorDegraded"], |version, update_failures| {
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
    .severity(severity_by_age(cx, oldest, Severity::Error))
    .why(
        "During an update the cluster-version operator waits up to 40 minutes for an operator to \
         stop being degraded and then reports the update as failing. The update continues \
         automatically as soon as the operators are no longer degraded.",
    )
    .since(latest)
    .keywords(&failure.reason)
    .keywords(&failure.message)
    .evidence(progressing.map(|condition| {
        Evidence::condition(version.resource(), condition, "the wait exceeded 40 minutes")
    }))
    .evidence(operators.iter().filter_map(reason_annotation))
    .remedy(
        Remedy::new("Fix what degrades the operators. The update then continues automatically.")
            .command(describe_command(names.iter().copied()))
            .verify("oc adm upgrade"),
    );
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
