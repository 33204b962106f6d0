//! Conflicting TuneD profiles in a MachineConfigPool.
//!
//! # Why it matters
//!
//! Kernel arguments apply to a MachineConfigPool, TuneD profiles apply to nodes. If nodes of one
//! pool have profiles with different kernel arguments, or the labels of a profile match several
//! pools, the operator cannot determine the correct arguments and is degraded.
//!
//! # What to do
//!
//! Use the same profile for all nodes of a pool, or move the nodes that differ to a separate pool.
//!
//! # Blind spots
//!
//! The operator reports the number of conflicting profiles, not their names. Its log contains the
//! names.
//!
//! # References
//!
//! - openshift/cluster-node-tuning-operator `pkg/operator/status.go`

use mustknow_cluster::model::kinds::CLUSTER_OPERATOR;
use mustknow_cluster::views::ClusterOperator;

use crate::catalog::prelude::*;
use crate::engine::excerpt;

/// How long a change of profiles may take.
const SETTLING: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "node-tuning/profile-conflicting",
    title: "conflicting TuneD profiles in a MachineConfigPool",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(operator) = cx.find::<ClusterOperator<'_>>("", "node-tuning") else {
        return Verdict::NotApplicable("there is no ClusterOperator/node-tuning".to_owned());
    };
    let degraded = operator.condition("Degraded").filter(|condition| {
        condition.is_true()
            && matches!(&*condition.reason(), "ProfileConflict" | "MCLabelsAcrossMCPs")
            && cx.is_older(condition.since(), SETTLING)
    });
    let Some(condition) = degraded else { return Verdict::Healthy { examined: 1 } };
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
    .why(
        "Kernel arguments apply to a whole pool. The operator cannot satisfy both profiles and \
         changes nothing.",
    )
    .since(condition.since())
    .keywords(&reason)
    .keywords(&message)
    .explains(Subject::view(operator), reason)
    .remedy(
        Remedy::new(remedy)
            .command(
                "oc logs -n openshift-cluster-node-tuning-operator \
                 deployment/cluster-node-tuning-operator",
            )
            .verify("oc get clusteroperator node-tuning"),
    );
    Verdict::Found(vec![finding])
}
