//! Conflicting TuneD profiles in a MachineConfigPool.
//!
//! The operator reports the number of conflicting profiles, not their names. Its log contains the
//! names.
//!
//! - openshift/cluster-node-tuning-operator `pkg/operator/status.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .status("node-tuning", &["Degraded"], judge)
    // How long a change of profiles may take.
    .grace(Span::minutes(15))
    .why(
        "Kernel arguments apply to a MachineConfigPool, TuneD profiles apply to nodes. If nodes \
         of one pool have profiles with different kernel arguments, or the labels of a profile \
         match several pools, the operator cannot determine the correct arguments and is \
         degraded.",
    )
    .fix(
        "Use the same profile for all nodes of a pool, or move the nodes that differ to a \
         separate pool.",
    )
    .run(&[
        "oc logs -n openshift-cluster-node-tuning-operator deployment/cluster-node-tuning-operator",
    ])
    .verify(&["oc get clusteroperator node-tuning"]);

fn judge(state: &ConditionState<'_>) -> Option<Finding> {
    let (what, action) = match &*state.reason {
        "ProfileConflict" => (
            "nodes of one MachineConfigPool have TuneD profiles with different kernel arguments",
            "",
        ),
        "MCLabelsAcrossMCPs" => (
            "TuneD profiles select MachineConfigs by labels that match several pools",
            "Restrict machineConfigLabels of the Tuned objects to one pool.",
        ),
        _ => return None,
    };
    let summary = format!("{what}: {}", excerpt(&state.message));
    let finding = state.finding(Subject::cluster("Tuned", "profiles"), summary).action(action);
    Some(finding.explains(Subject::of(state.reported_by), &state.reason))
}
