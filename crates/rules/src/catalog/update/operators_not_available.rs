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
    .check(|cx| UpdateProblem::judge(cx, |it| it.reason == "ClusterOperatorNotAvailable", finding))
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
    .why(
        "The cluster-version operator applies a release one run level at a time and continues \
         only when every ClusterOperator of the level is available. It reports \
         ClusterOperatorNotAvailable immediately. The update is stuck until the operator \
         recovers, and then continues automatically.",
    )
    .fix(
        "Check the listed operators. This is a symptom: fix what makes them unavailable. \
         Restarting or forcing the update does not help.",
    )
    .verify(&["oc adm upgrade"]);

fn finding(problem: &UpdateProblem<'_>) -> Option<Finding> {
    let blocking = problem.blocking_operators(|it| it.is("Available", Condition::is_true))?;
    let (operation, operators) = (problem.operation(), NamedOperator::phrase(&blocking));
    let summary = format!("{operation} is blocked by unavailable {operators}");
    Some(problem.finding_of_operators(&blocking, "Available", summary))
}
