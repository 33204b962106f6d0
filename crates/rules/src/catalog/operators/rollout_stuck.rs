//! An operator that does not finish its update.
//!
//! # Why it matters
//!
//! An operator should change its version within 30 minutes, machine-config within 90. One that
//! takes longer, or that was reached long ago and shows no sign of work, holds up its run level
//! and everything above.
//!
//! # What to do
//!
//! Look at the workload it names in `Progressing`. Where it does nothing at all, look at the pod
//! of the operator itself and at its log.
//!
//! # Blind spots
//!
//! The cluster-version operator counts its own times, which are not in the archive; here the
//! transition of `Progressing` and the start of the update stand for them. Clusters with hundreds
//! of nodes take longer.
//!
//! # References
//!
//! - openshift/api `config/v1/types_cluster_operator.go`
//! - openshift/cluster-version-operator `pkg/cvo/status.go`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION, ClusterOperator, Condition};

use crate::catalog::prelude::*;
use crate::facts::{
    OPERATOR_USES, OperatorState, Update, blocking_level, describe, excerpt, failing_pods,
    run_level, state_of,
};

pub(super) static META: Meta = Meta {
    id: "operators/rollout-stuck",
    title: "an operator that does not finish its update",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)],
    uses: OPERATOR_USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    match case.cluster_version().and_then(Update::of) {
        Some(update) if update.is_updating() => {}
        // An installation has no old version; its operators are judged by their other conditions.
        _ => return Verdict::NotApplicable("no update runs".to_owned()),
    }
    let blocking = blocking_level(case);
    let mut examined = 0;
    let mut findings = Vec::new();
    for operator in case.all::<ClusterOperator<'_>>().filter(|operator| operator.is_platform()) {
        examined += 1;
        match state_of(case, operator, blocking) {
            OperatorState::RolloutStuck { condition } => {
                findings.push(rolling(case, operator, condition));
            }
            OperatorState::Silent { condition } => findings.push(silent(case, operator, condition)),
            _ => {}
        }
    }
    Verdict::over(examined, findings, "no ClusterOperator of the release in the archive")
}

fn rolling<'s>(
    case: &Case<'s>,
    operator: ClusterOperator<'s>,
    condition: Condition<'s>,
) -> Finding {
    let age = case.age(condition.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let words = excerpt(&condition.message());
    let why = if operator.name() == "machine-config" {
        "machine-config updates the control-plane nodes one by one and should be done within 90 \
         minutes. A node that does not drain, does not come back, or a pool that is paused or \
         degraded holds it up."
    } else {
        "An operator should change its version within 30 minutes. Pods that do not start, or nodes \
         that are not ready, are the usual reasons."
    };
    let summary =
        format!("ClusterOperator/{} has been changing its version{age}: {words}", operator.name());
    common(case, operator, condition, summary).why(why).since(condition.since())
}

fn silent<'s>(case: &Case<'s>, operator: ClusterOperator<'s>, condition: Condition<'s>) -> Finding {
    let update = case.cluster_version().and_then(Update::of);
    let age = case.age(update.and_then(Update::started));
    let age = age.map(|age| format!(", {age} after the update began,")).unwrap_or_default();
    let old = operator.version("operator").map(|v| format!(" {v}")).unwrap_or_default();
    let summary = format!(
        "ClusterOperator/{}{age} has its old version{old} and does not change it",
        operator.name()
    );
    let finding = common(case, operator, condition, summary)
        .certainty(Certainty::Likely)
        .doubt("that it should have begun is inferred from the run levels of the update")
        .why(format!(
            "The update waits at its run level, {}, and no operator up to that level has begun or \
         ended anything for half an hour. The operator does not run, does not lead, or was not \
         deployed anew.",
            run_level(operator.name()).0
        ));
    finding.evidence([Evidence::field(
        operator.resource(),
        &["status", "versions"],
        "the old \
         version",
    )])
}

fn common<'s>(
    case: &Case<'s>,
    operator: ClusterOperator<'s>,
    condition: Condition<'s>,
    summary: String,
) -> Finding {
    let pods = failing_pods(case, operator);
    let finding = Finding::new(
        Subject::view(operator),
        summary,
        Evidence::condition(operator.resource(), condition, "what it says of its rollout"),
    )
    .saying(condition.reason())
    .saying(condition.message())
    .evidence(pods.iter().map(|pod| {
        let note = format!("pod {} is not ready: {}", pod.name(), pod.phase());
        Evidence::field(pod.resource(), &["status", "phase"], note)
    }))
    .remedy(
        Remedy::new("Look at the workload the operator rolls out, and at the operator's own pod.")
            .command(describe([operator.name()]))
            .verify("oc get clusteroperators"),
    );
    pods.iter().fold(finding, |finding, pod| {
        finding.saying(format!("Pod/{}/{}", pod.namespace(), pod.name()))
    })
}
