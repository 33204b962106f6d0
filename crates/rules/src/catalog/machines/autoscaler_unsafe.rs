//! Cluster autoscaler stopped because too many nodes are not ready.
//!
//! The limit is set in the ClusterAutoscaler. By default it is 45 percent of the nodes.
//!
//! - openshift/cluster-autoscaler-operator `pkg/controller/clusterautoscaler/monitoring.go`
//!   (`ClusterAutoscalerNotSafeToScale`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .alert(&["ClusterAutoscalerNotSafeToScale"], |firing| {
        firing.finding(
            Subject::cluster("ClusterAutoscaler", "default"),
            "the cluster autoscaler does not add or remove nodes: too many nodes are not ready",
        )
    })
    .why(
        "Too many nodes are not ready, so the autoscaler does not add or remove nodes. Pending \
         pods that need more capacity stay pending.",
    )
    .fix(
        "Fix the nodes that are not ready. The autoscaler continues automatically when enough \
         nodes are ready.",
    )
    .run(&["oc get nodes"])
    .verify(&["oc get clusterautoscaler default -o yaml"]);
