//! Degraded ClusterOperator.
//!
//! A condition that has lasted for less than five minutes is ignored, because rollouts and reboots
//! cause such conditions. Operators report most problems only after a delay (inertia) of 2 to 30
//! minutes.
//!
//! - openshift/api `config/v1/types_cluster_operator.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `coInsights`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDegraded.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(OPERATOR_USES)
    .check(check)
    .why(
        "Degraded means that the operator's current state has not matched its desired state for \
         some time: it still works, but at a lower quality of service. During an update the \
         cluster-version operator waits 40 minutes for it and then reports the update as \
         failing.",
    )
    .fix(
        "Check the conditions of the operator's own resource and its pods. The ClusterOperator \
         only summarizes them and is never the cause itself.",
    );

/// How long an operator may be degraded during an update.
const LIMIT: Span = Span::minutes(40);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut unreported = 0;
    let mut findings = Vec::new();
    for operator in cx.all::<ClusterOperator<'_>>() {
        let Some(degraded) = operator.condition("Degraded") else {
            unreported += 1;
            continue;
        };
        examined += 1;
        if degraded.is_false() || matches!(&*degraded.reason(), "Unmanaged" | "Removed") {
            continue;
        }
        let problem = OperatorProblem::of(cx, operator, degraded);
        if let Some(severity) = problem.severity(cx, LIMIT, Error) {
            // Unknown usually means that nothing was reported yet.
            let most = if degraded.is_true() { severity } else { severity.min(Warning) };
            findings.push(finding(cx, &problem).severity(most));
        }
    }
    if examined == 0 && unreported > 0 {
        let what = "no ClusterOperator has a condition Degraded";
        let command = "oc get clusteroperators -o yaml";
        return Err(NotJudged::from(Gap::new(GapKind::FieldAbsent, what).command(command)));
    }
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, problem: &OperatorProblem<'_>) -> Finding {
    let state = if problem.condition.is_true() {
        "has been degraded"
    } else {
        "has reported Degraded=Unknown"
    };
    problem.finding(cx, state)
}
