//! Degraded RAID array on a node.
//!
//! Hardware RAID is not detected.
//!
//! - openshift/cluster-monitoring-operator `assets/node-exporter/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/NodeRAIDDegraded.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .alerts_by(node_of_alert, &["NodeRAIDDegraded", "NodeRAIDDiskFailure"], |_, alerted| {
        let arrays = alerted.labels("device");
        let arrays = if arrays.is_empty() { "an array".to_owned() } else { name_list(&arrays) };
        let is_degraded = alerted.contains("NodeRAIDDegraded");
        let state = if is_degraded { "has lost its redundancy" } else { "has a failed disk" };
        alerted.node_finding(format!("RAID {arrays} of node {} {state}", alerted.about))
    })
    .why(
        "The array continues to work without redundancy. If another disk fails, the data is \
         lost: on a control-plane node, an etcd member.",
    )
    .fix(
        "Replace the disk and let the array rebuild when the load is low. A rebuild slows the \
         disk down.",
    )
    .run(&["oc debug node/{name} -- chroot /host mdadm --detail --scan"])
    .verify(&["oc debug node/{name} -- chroot /host cat /proc/mdstat"]);
