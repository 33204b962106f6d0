//! System services above their memory reservation on a node.
//!
//! # Why it matters
//!
//! The kubelet reserves memory for itself, the container runtime and the system. Memory that they
//! use above the reservation is taken from pods that requested it. When the node is full, the
//! kernel kills processes of its own choice, possibly the kubelet and the container runtime.
//!
//! # What to do
//!
//! Increase `systemReserved` in a KubeletConfig, or let the kubelet size it (`autoSizingReserved`).
//! Nodes with many pods, or with pods that are created and deleted often, need more.
//!
//! # Blind spots
//!
//! This rule relies on the alert only. A node under MemoryPressure is reported by
//! `nodes/memory-pressure`.
//!
//! # References
//!
//! - openshift/machine-config-operator `install/0000_90_machine-config_01_prometheus-rules.yaml`
//! - openshift/runbooks `alerts/machine-config-operator/SystemMemoryExceedsReservation.md`

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::signals::{AlertGroup, judge_alerts, node_of_alert};

pub(super) static META: Meta = Meta {
    id: "nodes/system-memory-over-reservation",
    title: "system services above their memory reservation on a node",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 1] = ["SystemMemoryExceedsReservation"];

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_alerts(cx, &ALERTS, |alert| node_of_alert(cx, alert), finding)
}

fn finding(alerted: &AlertGroup) -> Option<Finding> {
    let node = &alerted.about;
    let subject = Subject::cluster("Node", node.clone());
    let summary = format!("system services on node {node} exceed their memory reservation");
    let finding = alerted.finding(subject, summary)?.why(
        "Memory that the kubelet, the container runtime and the system use above their reservation \
         is taken from pods that requested it. When the node is full, the kernel kills processes.",
    );
    Some(
        finding.remedy(
            Remedy::new("Reserve more memory for the system in a KubeletConfig.")
                .command(format!("oc debug node/{node} -- chroot /host systemd-cgtop -m -n 1"))
                .verify(format!("oc describe node {node}"))
                .side_effect("a KubeletConfig drains and reboots the nodes of its pool"),
        ),
    )
}
