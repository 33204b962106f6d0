//! Conflicting TuneD profiles in a MachineConfigPool.
//!
//! The operator reports the number of conflicting profiles, not their names. Its log contains the
//! names.
//!
//! - openshift/cluster-node-tuning-operator `pkg/operator/status.go`

use crate::catalog::prelude::*;

/// How long a change of profiles may take.
const SETTLING: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "Kernel arguments apply to a MachineConfigPool, TuneD profiles apply to nodes. If nodes \
         of one pool have profiles with different kernel arguments, or the labels of a profile \
         match several pools, the operator cannot determine the correct arguments and is \
         degraded.",
    )
    .fix(
        "Use the same profile for all nodes of a pool, or move the nodes that differ to a \
         separate pool.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(operator) = cx.find::<ClusterOperator<'_>>("", "node-tuning") else {
        return Err(not_applicable("there is no ClusterOperator/node-tuning"));
    };
    let degraded = operator.condition("Degraded").filter(|condition| {
        condition.is_true()
            && matches!(&*condition.reason(), "ProfileConflict" | "MCLabelsAcrossMCPs")
            && cx.is_older(condition.since(), SETTLING)
    });
    let Some(condition) = degraded else { return Ok(Checked::over(1, None)) };
    let (reason, message) = (condition.reason(), condition.message());
    let (what, remedy) = if reason == "ProfileConflict" {
        (
            "nodes of one MachineConfigPool have TuneD profiles with different kernel arguments",
            "Use the same profile for all nodes of a pool, or move the nodes that differ to a \
             separate pool.",
        )
    } else {
        (
            "TuneD profiles select MachineConfigs by labels that match several pools",
            "Restrict machineConfigLabels of the Tuned objects to one pool.",
        )
    };
    let finding = Finding::new(
        Subject::cluster("Tuned", "profiles"),
        format!("{what}: {}", excerpt(&message)),
        Evidence::condition(operator.resource(), condition, reason.clone()),
    )
    .since(condition.since())
    .keywords(&reason)
    .keywords(&message)
    .explains(Subject::view(operator), reason)
    .fix(remedy)
    .run(
        "oc logs -n openshift-cluster-node-tuning-operator \
                 deployment/cluster-node-tuning-operator",
    )
    .verify("oc get clusteroperator node-tuning");
    Ok(Checked::over(1, vec![finding]))
}
