//! System services above their memory reservation on a node.
//!
//! This rule relies on the alert only. A node under MemoryPressure is reported by
//! `nodes/memory-pressure`.
//!
//! - openshift/machine-config-operator `install/0000_90_machine-config_01_prometheus-rules.yaml`
//! - openshift/runbooks `alerts/machine-config-operator/SystemMemoryExceedsReservation.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
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
    );

const ALERTS: [&str; 1] = ["SystemMemoryExceedsReservation"];

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_alerts(cx, &ALERTS, |alert| node_of_alert(cx, alert), finding)
}

fn finding(alerted: &AlertGroup) -> Option<Finding> {
    let node = &alerted.about;
    let subject = Subject::cluster("Node", node.clone());
    let summary = format!("system services on node {node} exceed their memory reservation");
    let finding = alerted.finding(subject, summary)?;
    Some(
        finding
            .run(format!("oc debug node/{node} -- chroot /host systemd-cgtop -m -n 1"))
            .verify(format!("oc describe node {node}"))
            .side_effect("a KubeletConfig drains and reboots the nodes of its pool"),
    )
}
