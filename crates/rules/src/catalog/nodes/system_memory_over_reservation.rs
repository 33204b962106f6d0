//! A node whose system services use more memory than is reserved for them.
//!
//! # Why it matters
//!
//! The kubelet sets memory aside for itself, the container runtime and the system. What they use
//! beyond it is taken from pods that were promised it, and when the node is full the kernel kills
//! by its own choice, the kubelet and the runtime not excepted.
//!
//! # What to do
//!
//! Raise `systemReserved` in a KubeletConfig, or let the kubelet size it (`autoSizingReserved`).
//! Many pods on a node, or many that come and go, need more.
//!
//! # Blind spots
//!
//! The alert is taken as it is. A node under MemoryPressure is `nodes/memory-pressure`.
//!
//! # References
//!
//! - openshift/machine-config-operator `install/0000_90_machine-config_01_prometheus-rules.yaml`
//! - openshift/runbooks `alerts/machine-config-operator/SystemMemoryExceedsReservation.md`

use mustknow_gather::kinds::NODE;
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, alerted_node, judge_alerts};

pub(super) static META: Meta = Meta {
    id: "nodes/system-memory-over-reservation",
    title: "a node whose system services use more memory than is reserved for them",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 1] = ["SystemMemoryExceedsReservation"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_alerts(case, &ALERTS, |alert| alerted_node(case, alert), finding)
}

fn finding(alerted: &Alerted) -> Option<Finding> {
    let node = &alerted.about;
    let subject = Subject::cluster("Node", node.clone());
    let summary =
        format!("system services of node {node} use the memory that is reserved for them");
    let finding = alerted.finding(subject, summary)?.why(
        "What the kubelet, the runtime and the system use beyond their reservation is taken from \
         pods that were promised it. A full node ends with processes that the kernel kills.",
    );
    Some(
        finding.remedy(
            Remedy::new("Reserve more for the system in a KubeletConfig.")
                .command(format!("oc debug node/{node} -- chroot /host systemd-cgtop -m -n 1"))
                .verify(format!("oc describe node {node}"))
                .side_effect("a KubeletConfig drains and reboots the nodes of its pool"),
        ),
    )
}
