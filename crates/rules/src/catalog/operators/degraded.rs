//! Degraded ClusterOperator.
//!
//! Operators report most problems only after a delay (inertia) of 2 to 30 minutes.
//!
//! - openshift/api `config/v1/types_cluster_operator.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `coInsights`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDegraded.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(OPERATOR_USES)
    .check(|cx| {
        let is_bad = |degraded: Condition<'_>| !degraded.is_false();
        OperatorProblem::judge(cx, "Degraded", is_bad, |problem| finding(cx, problem))
    })
    // Rollouts and reboots cause such conditions.
    .grace(Span::minutes(5))
    .why(
        "Degraded means that the operator's current state has not matched its desired state for \
         some time: it still works, but at a lower quality of service. During an update the \
         cluster-version operator waits 40 minutes for it and then reports the update as \
         failing.",
    )
    .fix(
        "Check the conditions of the operator's own resource and its pods. The ClusterOperator \
         only summarizes them and is never the cause itself.",
    )
    .run(&["oc describe clusteroperators {name}"])
    .verify(&["oc get clusteroperators"]);

fn finding(cx: &RuleContext<'_>, problem: &OperatorProblem<'_>) -> Finding {
    // How long an operator may be degraded during an update.
    let severity = problem.severity(cx, Span::minutes(40), Error);
    if problem.condition.is_true() {
        return problem.finding(cx, "has been degraded").severity(severity);
    }
    // Unknown usually means that nothing was reported yet.
    problem.finding(cx, "has reported Degraded=Unknown").severity(severity.min(Warning))
}
