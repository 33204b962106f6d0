//! Unavailable ClusterOperator.
//!
//! A condition that has lasted for less than five minutes is ignored, because rollouts and reboots
//! cause such conditions. If the operator is not running, the condition is outdated: see
//! `operators/status-stale`.
//!
//! - openshift/api `config/v1/types_cluster_operator.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `coInsights`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDown.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(OPERATOR_USES)
    .check(check)
    .why(
        "Available other than True means that at least a part of the operand does not work and \
         requires immediate administrator intervention. It must not happen even during an \
         update. The cluster-version operator does not continue an update while it lasts.",
    )
    .fix(
        "Check the conditions of the operator's own resource and its pods. The ClusterOperator \
         only summarizes them and is never the cause itself.",
    );

/// How long an operator may be unavailable during an update.
const LIMIT: Span = Span::minutes(20);
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

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut unreported = 0;
    let mut findings = Vec::new();
    let blocking = blocking_level(cx);
    for operator in cx.all::<ClusterOperator<'_>>() {
        let Some(available) = operator.condition("Available") else {
            unreported += 1;
            continue;
        };
        examined += 1;
        // An unmanaged operator reports Unknown. `operators/unmanaged` covers it.
        if available.is_true() || matches!(&*available.reason(), "Unmanaged" | "Removed") {
            continue;
        }
        let problem = OperatorProblem::of(cx, operator, available);
        if let Some(severity) = problem.severity(cx, LIMIT, worst(cx, operator, blocking)) {
            findings.push(finding(cx, &problem).severity(severity));
        }
    }
    if examined == 0 && unreported > 0 {
        let what = "no ClusterOperator has a condition Available";
        let command = "oc get clusteroperators -o yaml";
        return Err(NotJudged::from(Gap::new(GapKind::FieldAbsent, what).command(command)));
    }
    Ok(Checked::over(examined, findings))
}

/// Critical if it stops the cluster or its update.
fn worst(
    cx: &RuleContext<'_>,
    operator: ClusterOperator<'_>,
    blocking: Option<RunLevel>,
) -> Severity {
    let is_updating =
        cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_updating);
    let blocks = is_updating && blocking.is_some_and(|level| run_level(operator.name()) <= level);
    if blocks || VITAL.contains(&operator.name()) { Critical } else { Error }
}

fn finding(cx: &RuleContext<'_>, problem: &OperatorProblem<'_>) -> Finding {
    let state = if problem.condition.is_false() {
        "has been unavailable"
    } else {
        "has reported Available=Unknown"
    };
    problem.finding(cx, state)
}
