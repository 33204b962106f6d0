//! High memory usage on control-plane nodes.
//!
//! - openshift/machine-config-operator `install/0000_90_machine-config_01_prometheus-rules.yaml`
//! - openshift/runbooks
//!   `alerts/machine-config-operator/ExtremelyHighIndividualControlPlaneMemory.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .alerts_by(
        node_of_alert,
        &["ExtremelyHighIndividualControlPlaneMemory", "HighOverallControlPlaneMemory"],
        finding,
    )
    .why(
        "Control-plane nodes take over the load of a node that fails or reboots for an update. \
         If together they use more than two thirds of their memory, there is not enough free \
         memory for that: the API server and etcd slow down, and the kernel kills one of them.",
    )
    .fix(
        "Give the control-plane nodes more memory, or find what increased the usage: watches, \
         the number of objects, or a controller that lists everything.",
    )
    .run(&[
        "oc adm top nodes -l node-role.kubernetes.io/master",
        "oc adm top pods --all-namespaces --sort-by=memory",
    ])
    .verify(&["oc adm top nodes -l node-role.kubernetes.io/master"]);

fn finding(_: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    if alerted.contains("ExtremelyHighIndividualControlPlaneMemory") {
        let node = &alerted.about;
        return alerted
            .node_finding(format!("control-plane node {node} uses more than 90% of its memory"));
    }
    let summary = "the control-plane nodes together use more than 60% of their memory, so they \
                   cannot take over the load of a failed node";
    alerted.finding(Subject::cluster("Nodes", "control plane"), summary)
}
