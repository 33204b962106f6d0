//! An operator that is not available.
//!
//! # Why it matters
//!
//! `Available` other than True says that a part of what the operator runs does not work and needs
//! an administrator at once; it must not happen even during an update. The cluster-version
//! operator goes no further while it lasts.
//!
//! # What to do
//!
//! Follow the conditions of the operator's own object and its pods: the ClusterOperator only sums
//! them up. It is never the cause itself.
//!
//! # Blind spots
//!
//! A condition younger than five minutes is left out: rollouts and reboots cause such. Where the
//! operator does not run, the condition is history: see `operators/status-stale`.
//!
//! # References
//!
//! - openshift/api `config/v1/types_cluster_operator.go`
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `coInsights`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/ClusterOperatorDown.md`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator};

use crate::catalog::prelude::*;
use crate::facts::{OPERATOR_USES, RunLevel, Trouble, Update, blocking_level, run_level};

pub(super) static META: Meta = Meta {
    id: "operators/unavailable",
    title: "an operator that is not available",
    severity: Severity::Critical,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: OPERATOR_USES,
};

/// How long an update may make an operator unavailable.
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

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut unreported = 0;
    let mut findings = Vec::new();
    let blocking = blocking_level(case);
    for operator in case.all::<ClusterOperator<'_>>() {
        let Some(available) = operator.condition("Available") else {
            unreported += 1;
            continue;
        };
        examined += 1;
        // An operator that is told not to act says Unknown; `operators/unmanaged` tells.
        if available.is_true() || matches!(&*available.reason(), "Unmanaged" | "Removed") {
            continue;
        }
        let trouble = Trouble::of(case, operator, available);
        if let Some(severity) = trouble.severity(case, LIMIT, worst(case, operator, blocking)) {
            findings.push(finding(case, &trouble).severity(severity));
        }
    }
    if examined == 0 && unreported > 0 {
        let what = "no ClusterOperator has a condition Available";
        let ask = "oc get clusteroperators -o yaml";
        return Verdict::Unknown(Gap::new(GapKind::FieldAbsent, what).ask(ask));
    }
    Verdict::over(examined, findings, "no ClusterOperator in the archive")
}

/// Critical is what stops the cluster, or its update.
fn worst(case: &Case<'_>, operator: ClusterOperator<'_>, blocking: Option<RunLevel>) -> Severity {
    let is_updating = case.cluster_version().and_then(Update::of).is_some_and(Update::is_updating);
    let blocks = is_updating && blocking.is_some_and(|level| run_level(operator.name()) <= level);
    if blocks || VITAL.contains(&operator.name()) { Severity::Critical } else { Severity::Error }
}

fn finding(case: &Case<'_>, trouble: &Trouble<'_>) -> Finding {
    let state = if trouble.condition.is_false() {
        "has not been available"
    } else {
        "has reported Available=Unknown"
    };
    trouble.finding(case, state).why(
        "At least a part of what this operator runs does not work. The cluster-version operator \
         counts every status but True as not available and goes no further meanwhile.",
    )
}
