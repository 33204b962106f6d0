//! TuneD profiles that conflict within a pool of nodes.
//!
//! # Why it matters
//!
//! Kernel arguments belong to a pool of nodes, TuneD profiles to nodes. When nodes of one pool have
//! profiles that ask for different kernel arguments, or the labels of a profile match several pools,
//! the operator cannot say which arguments are right, and is degraded.
//!
//! # What to do
//!
//! Give all nodes of a pool the same profile, or the nodes that differ a pool of their own.
//!
//! # Blind spots
//!
//! The operator counts the conflicting profiles and does not name them; its log does.
//!
//! # References
//!
//! - openshift/cluster-node-tuning-operator `pkg/operator/status.go`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator};

use crate::catalog::prelude::*;
use crate::facts::excerpt;

/// How long a change of profiles may take to settle.
const SETTLING: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "node-tuning/profile-conflicting",
    title: "TuneD profiles that conflict within a pool of nodes",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(operator) = case.find::<ClusterOperator<'_>>("", "node-tuning") else {
        return Verdict::NotApplicable("there is no ClusterOperator/node-tuning".to_owned());
    };
    let degraded = operator.condition("Degraded").filter(|condition| {
        condition.is_true()
            && matches!(&*condition.reason(), "ProfileConflict" | "MCLabelsAcrossMCPs")
            && case.is_older(condition.since(), SETTLING)
    });
    let Some(condition) = degraded else { return Verdict::Healthy { examined: 1 } };
    let (reason, message) = (condition.reason(), condition.message());
    let (what, remedy) = if reason == "ProfileConflict" {
        (
            "nodes of one pool have TuneD profiles that ask for different kernel arguments",
            "Give all nodes of a pool the same profile, or the nodes that differ a pool of their \
             own.",
        )
    } else {
        (
            "TuneD profiles choose MachineConfigs by labels that match several pools",
            "Narrow machineConfigLabels of the Tuned objects to one pool.",
        )
    };
    let finding = Finding::new(
        Subject::cluster("Tuned", "profiles"),
        format!("{what}: {}", excerpt(&message)),
        Evidence::condition(operator.resource(), condition, reason.clone()),
    )
    .why(
        "Kernel arguments belong to a whole pool. The operator cannot satisfy both profiles and \
         changes nothing.",
    )
    .since(condition.since())
    .saying(&reason)
    .saying(&message)
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
