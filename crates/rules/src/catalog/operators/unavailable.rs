//! Unavailable ClusterOperator.
//!
//! If the operator is not running, the condition is outdated: see `operators/status-stale`.
//!
//! - openshift/api `config/v1/types_cluster_operator.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `coInsights`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDown.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(OPERATOR_USES)
    .check(|cx| {
        let is_bad = |available: Condition<'_>| !available.is_true();
        OperatorProblem::judge(cx, "Available", is_bad, |problem| finding(cx, problem))
    })
    // Rollouts and reboots cause such conditions.
    .grace(Span::minutes(5))
    .why(
        "Available other than True means that at least a part of the operand does not work and \
         requires immediate administrator intervention. It must not happen even during an \
         update. The cluster-version operator does not continue an update while it lasts.",
    )
    .fix(
        "Check the conditions of the operator's own resource and its pods. The ClusterOperator \
         only summarizes them and is never the cause itself.",
    )
    .run(&["oc describe clusteroperators {name}"])
    .verify(&["oc get clusteroperators"]);

/// Operators without which the cluster as a whole does not work.
const VITAL: [&str; 9] = [
    "authentication",
    "dns",
    "etcd",
    "ingress",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "network",
    "openshift-apiserver",
];

fn finding(cx: &RuleContext<'_>, problem: &OperatorProblem<'_>) -> Finding {
    // How long an operator may be unavailable during an update.
    let severity = problem.severity(cx, Span::minutes(20), worst(cx, problem.operator.name()));
    let state = if problem.condition.is_false() {
        "has been unavailable"
    } else {
        "has reported Available=Unknown"
    };
    problem.finding(cx, state).severity(severity)
}

/// Critical if it stops the cluster or its update.
fn worst(cx: &RuleContext<'_>, operator: &str) -> Severity {
    let blocks = is_updating(cx) && blocking_level(cx).is_some_and(|it| run_level(operator) <= it);
    if blocks || VITAL.contains(&operator) { Critical } else { Error }
}
