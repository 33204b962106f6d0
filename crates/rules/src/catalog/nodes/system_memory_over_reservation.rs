//! System services above their memory reservation on a node.
//!
//! A node under MemoryPressure is reported by `nodes/memory-pressure`.
//!
//! - openshift/machine-config-operator `install/0000_90_machine-config_01_prometheus-rules.yaml`
//! - openshift/runbooks `alerts/machine-config-operator/SystemMemoryExceedsReservation.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .alerts_by(node_of_alert, &["SystemMemoryExceedsReservation"], |_, alerted| {
        let node = &alerted.about;
        alerted
            .node_finding(format!("system services on node {node} exceed their memory reservation"))
    })
    .why(
        "The kubelet reserves memory for itself, the container runtime and the system. Memory \
         that they use above the reservation is taken from pods that requested it. When the \
         node is full, the kernel kills processes of its own choice, possibly the kubelet and \
         the container runtime.",
    )
    .fix(
        "Increase systemReserved in a KubeletConfig, or let the kubelet size it \
         (autoSizingReserved). Nodes with many pods, or with pods that are created and deleted \
         often, need more.",
    )
    .run(&["oc debug node/{name} -- chroot /host systemd-cgtop -m -n 1"])
    .verify(&["oc debug node/{name} -- chroot /host systemd-cgtop -m -n 1"])
    .side_effects(&["a KubeletConfig drains and reboots the nodes of its pool"]);
