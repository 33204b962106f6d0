//! Cluster autoscaler stopped because too many nodes are not ready.
//!
//! # Why it matters
//!
//! Too many nodes are not ready, so the autoscaler does not add or remove nodes. Pending pods that
//! need more capacity stay pending.
//!
//! # What to do
//!
//! Fix the nodes that are not ready. The autoscaler continues automatically when enough nodes are
//! ready.
//!
//! # Blind spots
//!
//! The limit is set in the ClusterAutoscaler. By default it is 45 percent of the nodes.
//!
//! # References
//!
//! - openshift/cluster-autoscaler-operator `pkg/controller/clusterautoscaler/monitoring.go`
//!   (`ClusterAutoscalerNotSafeToScale`)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "machines/autoscaler-unsafe",
    title: "cluster autoscaler stopped because too many nodes are not ready",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    Alert::verdict(cx, &["ClusterAutoscalerNotSafeToScale"], |firing| {
        let finding = Alert::finding(
            firing,
            Subject::cluster("ClusterAutoscaler", "default"),
            "the cluster autoscaler does not add or remove nodes: too many nodes are not ready",
        );
        let finding = finding.map(|finding| {
            finding.why("Pending pods that need more capacity stay pending.").remedy(
                Remedy::new("Fix the nodes that are not ready.")
                    .command("oc get nodes")
                    .verify("oc get clusterautoscaler default -o yaml"),
            )
        });
        finding.into_iter().collect()
    })
}
