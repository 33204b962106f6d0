//! An operator that is degraded.
//!
//! # Why it matters
//!
//! `Degraded` says that the operator has not reached what it should for some time: it works, at
//! lower quality. During an update the cluster-version operator waits 40 minutes for it and then
//! reports the update as failing.
//!
//! # What to do
//!
//! Follow the conditions of the operator's own object and its pods: the ClusterOperator only sums
//! them up. It is never the cause itself.
//!
//! # Blind spots
//!
//! A condition younger than five minutes is left out: rollouts and reboots cause such. Operators
//! report most problems only after an inertia of 2 to 30 minutes.
//!
//! # References
//!
//! - openshift/api `config/v1/types_cluster_operator.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `coInsights`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDegraded.md`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator};

use crate::catalog::prelude::*;
use crate::facts::{OPERATOR_USES, Trouble};

pub(super) static META: Meta = Meta {
    id: "operators/degraded",
    title: "an operator that is degraded",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: OPERATOR_USES,
};

/// How long an update may degrade an operator.
const LIMIT: Span = Span::minutes(40);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut unreported = 0;
    let mut findings = Vec::new();
    for operator in case.all::<ClusterOperator<'_>>() {
        let Some(degraded) = operator.condition("Degraded") else {
            unreported += 1;
            continue;
        };
        examined += 1;
        if degraded.is_false() || matches!(&*degraded.reason(), "Unmanaged" | "Removed") {
            continue;
        }
        let trouble = Trouble::of(case, operator, degraded);
        if let Some(severity) = trouble.severity(case, LIMIT, Severity::Error) {
            // Unknown mostly says that nothing was reported yet.
            let most = if degraded.is_true() { severity } else { severity.min(Severity::Warning) };
            findings.push(finding(case, &trouble).severity(most));
        }
    }
    if examined == 0 && unreported > 0 {
        let what = "no ClusterOperator has a condition Degraded";
        let ask = "oc get clusteroperators -o yaml";
        return Verdict::Unknown(Gap::new(GapKind::FieldAbsent, what).ask(ask));
    }
    Verdict::over(examined, findings, "no ClusterOperator in the archive")
}

fn finding(case: &Case<'_>, trouble: &Trouble<'_>) -> Finding {
    let state = if trouble.condition.is_true() {
        "has been degraded"
    } else {
        "has reported Degraded=Unknown"
    };
    trouble.finding(case, state).why(
        "The operator does not reach what it should; what it runs works at lower quality. During \
         an update the cluster-version operator waits 40 minutes for it and then stops.",
    )
}
