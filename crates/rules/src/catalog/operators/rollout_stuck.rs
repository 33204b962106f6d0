//! ClusterOperator stuck during an update.
//!
//! The cluster-version operator uses its own timers, which are not in the archive. This check uses
//! the last transition of `Progressing` and the start of the update instead. Clusters with hundreds
//! of nodes take longer.
//!
//! - openshift/api `config/v1/types_cluster_operator.go`
//! - openshift/cluster-version-operator `pkg/cvo/status.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)])
    .reads(OPERATOR_USES)
    .check(check)
    .why(
        "An operator should be updated to the new version within 30 minutes, machine-config \
         within 90. An operator that takes longer, or that does not start although the update \
         reached it long ago, blocks its run level and all higher run levels.",
    )
    .fix(
        "Check the workload in the message of Progressing. If the operator does nothing at all, \
         check the operator's pod and its log.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    match cx.cluster_version().and_then(UpdatePhase::of) {
        Some(update) if update.is_updating() => {}
        // An installation has no old version. Its operators are checked by their other conditions.
        _ => return Err(not_applicable("no update is in progress")),
    }
    let blocking = blocking_level(cx);
    let mut examined = 0;
    let mut findings = Vec::new();
    for operator in cx.all::<ClusterOperator<'_>>().filter(|operator| operator.is_platform()) {
        examined += 1;
        match operator_state(cx, operator, blocking) {
            OperatorState::RolloutStuck { condition } => {
                findings.push(rolling(cx, operator, condition));
            }
            OperatorState::Idle { condition } => findings.push(silent(cx, operator, condition)),
            _ => {}
        }
    }
    Ok(Checked::over(examined, findings))
}

fn rolling<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    condition: Condition<'s>,
) -> Finding {
    let age = cx.age(condition.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let detail = excerpt(&condition.message());
    let why = if operator.name() == "machine-config" {
        "machine-config updates the control-plane nodes one by one and should finish within 90 \
         minutes. It is blocked by a node that does not drain or does not become ready again, or \
         by a MachineConfigPool that is paused or degraded."
    } else {
        "An operator should be updated within 30 minutes. The usual reasons are pods that do not \
         start and nodes that are not ready."
    };
    let summary = format!("ClusterOperator/{} has been updating{age}: {detail}", operator.name());
    common(cx, operator, condition, summary).why(why).since(condition.since())
}

fn silent<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    condition: Condition<'s>,
) -> Finding {
    let update = cx.cluster_version().and_then(UpdatePhase::of);
    let age = cx.age(update.and_then(UpdatePhase::started));
    let age = age.map(|age| format!(", {age} after the update began,")).unwrap_or_default();
    let old = operator.version("operator").map(|v| format!(" {v}")).unwrap_or_default();
    let summary = format!(
        "ClusterOperator/{}{age} is still at its old version{old} and makes no progress",
        operator.name()
    );
    let finding = common(cx, operator, condition, summary)
        .certainty(Certainty::Likely)
        .uncertainty("that its update should have started is inferred from the update's run levels")
        .why(format!(
            "The update waits at its run level, {}, and no operator up to that level has made \
             progress for half an hour. The operator is not running, is not the leader, or its new \
             version was not deployed.",
            run_level(operator.name()).0
        ));
    finding.evidence([Evidence::field(
        operator.resource(),
        &["status", "versions"],
        "the old version",
    )])
}

fn common<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    condition: Condition<'s>,
    summary: String,
) -> Finding {
    let pods = failing_pods(cx, operator);
    let finding = Finding::new(
        Subject::view(operator),
        summary,
        Evidence::condition(operator.resource(), condition, "reported rollout status"),
    )
    .keywords(condition.reason())
    .keywords(condition.message())
    .evidence(pods.iter().map(|pod| {
        let note = format!("pod {} is not ready: {}", pod.name(), pod.phase());
        Evidence::field(pod.resource(), &["status", "phase"], note)
    }))
    .run(describe_command([operator.name()]))
    .verify("oc get clusteroperators");
    pods.iter().fold(finding, |finding, pod| {
        finding.keywords(format!("Pod/{}/{}", pod.namespace(), pod.name()))
    })
}
