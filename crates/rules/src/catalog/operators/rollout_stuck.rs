//! ClusterOperator stuck during an update.
//!
//! The cluster-version operator uses its own timers, which are not in the archive: the last
//! transition of `Progressing` and the start of the update stand for them. Clusters with hundreds
//! of nodes take longer.
//!
//! - openshift/api `config/v1/types_cluster_operator.go`
//! - openshift/cluster-version-operator `pkg/cvo/status.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)])
    .reads(OPERATOR_USES)
    .check(check)
    .grace(Span::minutes(30))
    .why(
        "An operator should be updated to the new version within 30 minutes. The usual reasons \
         why it is not are pods that do not start and nodes that are not ready. It blocks its run \
         level and all higher run levels.",
    )
    .fix(
        "Check the workload in the message of Progressing. If the operator does nothing at all, \
         check the operator's pod and its log.",
    )
    .run(&["oc describe clusteroperators {name}"])
    .verify(&["oc get clusteroperators"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    // An installation has no old version. Its operators are checked by their other conditions.
    if !is_updating(cx) {
        return Err(not_applicable("no update is in progress"));
    }
    let blocking = blocking_level(cx);
    let platform: Vec<_> = cx.all::<ClusterOperator<'_>>().filter(|it| it.is_platform()).collect();
    let findings =
        platform.iter().filter_map(|operator| match operator_state(cx, *operator, blocking) {
            OperatorState::RolloutStuck { condition, since, limit } => {
                Some(rolling(cx, *operator, condition).lasts_since(since).grace(limit))
            }
            OperatorState::Idle { condition } => Some(idle(cx, *operator, condition)),
            _ => None,
        });
    Ok(Checked::over(platform.len(), findings))
}

fn rolling<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    condition: Condition<'s>,
) -> Finding {
    let age = cx.age(condition.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let detail = excerpt(&condition.message());
    let summary = format!("ClusterOperator/{} has been updating{age}: {detail}", operator.name());
    let finding = finding(cx, operator, condition, summary).since(condition.since());
    if operator.name() != "machine-config" {
        return finding;
    }
    finding.why(
        "machine-config updates the control-plane nodes one by one and should finish within 90 \
         minutes. It is blocked by a node that does not drain or does not become ready again, or \
         by a MachineConfigPool that is paused or degraded.",
    )
}

fn idle<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    condition: Condition<'s>,
) -> Finding {
    let update = cx.cluster_version().and_then(UpdatePhase::of);
    let started = update.and_then(UpdatePhase::started);
    let age = cx.age(started);
    let age = age.map(|age| format!(", {age} after the update began,")).unwrap_or_default();
    let old = operator.version("operator").map(|v| format!(" {v}")).unwrap_or_default();
    let name = operator.name();
    let summary = format!(
        "ClusterOperator/{name}{age} is still at its old version{old} and makes no progress"
    );
    let versions = &["status", "versions"];
    finding(cx, operator, condition, summary)
        .likely("that its update should have started is inferred from the update's run levels")
        .why(format!(
            "The update waits at its run level, {}, and no operator up to that level has made \
             progress for half an hour. The operator is not running, is not the leader, or its new \
             version was not deployed.",
            run_level(name).0
        ))
        .lasts_since(started)
        .grace(IDLE)
        .evidence([Evidence::field(operator.resource(), versions, "the old version")])
}

fn finding<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    condition: Condition<'s>,
    summary: String,
) -> Finding {
    let note = "reported rollout status";
    let evidence = Evidence::condition(operator.resource(), condition, note);
    let finding = Finding::new(Subject::view(operator), summary, evidence)
        .keywords(condition.reason())
        .keywords(condition.message());
    failing_pods(cx, operator).iter().fold(finding, |finding, pod| {
        finding.evidence([unready_evidence(*pod)]).keywords(format!(
            "Pod/{}/{}",
            pod.namespace(),
            pod.name()
        ))
    })
}
