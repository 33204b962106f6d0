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
    .check(|cx| UpdateProblem::judge(cx, |it| it.reason == "ClusterOperatorDegraded", finding))
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
    .why(
        "During an update the cluster-version operator waits 40 minutes for an operator to stop \
         being degraded before it reports ClusterOperatorDegraded. Outside an update it \
         reports this immediately. The update does not continue past the run level of the \
         operator.",
    )
    .fix("Check the listed operators. This is a symptom: fix what degrades them.")
    .verify(&["oc adm upgrade"]);

fn finding(problem: &UpdateProblem<'_>) -> Option<Finding> {
    let blocking = problem.blocking_operators(|it| it.is("Degraded", Condition::is_false))?;
    let (operation, operators) = (problem.operation(), NamedOperator::phrase(&blocking));
    let summary = format!("{operation} is blocked by degraded {operators}");
    let finding = problem.finding_of_operators(&blocking, "Degraded", summary);
    let exceeded =
        problem.version.condition("Progressing").filter(|it| it.message().contains("exceeded"));
    Some(exceeded.into_iter().fold(finding, |finding, condition| {
        let (version, note) = (problem.version.resource(), "the wait exceeded 40 minutes");
        finding
            .evidence([Evidence::condition(version, condition, note)])
            .keywords(condition.message())
    }))
}
