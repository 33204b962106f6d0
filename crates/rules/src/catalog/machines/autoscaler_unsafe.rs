//! A cluster autoscaler that does not dare to scale.
//!
//! # Why it matters
//!
//! Too many nodes are not ready, so the autoscaler neither adds nor removes any: pods that wait for room
//! go on waiting.
//!
//! # What to do
//!
//! Mend the nodes that are not ready. It goes on by itself when enough of them are.
//!
//! # Blind spots
//!
//! How many nodes are too many is set in the ClusterAutoscaler, by default more than 45 percent.
//!
//! # References
//!
//! - openshift/cluster-autoscaler-operator `pkg/controller/clusterautoscaler/monitoring.go`
//!   (`ClusterAutoscalerNotSafeToScale`)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::Alert;

pub(super) static META: Meta = Meta {
    id: "machines/autoscaler-unsafe",
    title: "a cluster autoscaler that does not dare to scale",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Alert::verdict(case, &["ClusterAutoscalerNotSafeToScale"], |firing| {
        let finding = Alert::finding(
            firing,
            Subject::cluster("ClusterAutoscaler", "default"),
            "the autoscaler neither adds nor removes nodes: too many of them are not ready",
        );
        let finding = finding.map(|finding| {
            finding.why("Pods that wait for room go on waiting.").remedy(
                Remedy::new("Mend the nodes that are not ready.")
                    .command("oc get nodes")
                    .verify("oc get clusterautoscaler default -o yaml"),
            )
        });
        finding.into_iter().collect()
    })
}
