//! A control plane that is short of memory.
//!
//! # Why it matters
//!
//! Control-plane nodes take over the load of one that fails or is rebooted for an update. Where
//! they use more than two thirds of their memory together there is no room for that: the API server
//! and etcd slow down, and the kernel kills one of them.
//!
//! # What to do
//!
//! Give the control-plane nodes more memory, or find what grew: watchers, objects, a controller
//! that lists everything.
//!
//! # Blind spots
//!
//! The alerts are taken as they are.
//!
//! # References
//!
//! - openshift/machine-config-operator `install/0000_90_machine-config_01_prometheus-rules.yaml`
//! - openshift/runbooks
//!   `alerts/machine-config-operator/ExtremelyHighIndividualControlPlaneMemory.md`

use mustknow_gather::kinds::NODE;
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, alerted_node, judge_alerts};

pub(super) static META: Meta = Meta {
    id: "nodes/control-plane-memory-high",
    title: "a control plane that is short of memory",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 2] =
    ["ExtremelyHighIndividualControlPlaneMemory", "HighOverallControlPlaneMemory"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_alerts(case, &ALERTS, |alert| alerted_node(case, alert), finding)
}

fn finding(alerted: &Alerted) -> Option<Finding> {
    let node = &alerted.about;
    let is_single = alerted.is_named("ExtremelyHighIndividualControlPlaneMemory");
    let (subject, summary) = if is_single {
        let summary = format!("control-plane node {node} has used more than 90% of its memory");
        (Subject::cluster("Node", node.clone()), summary)
    } else {
        let summary = "the control-plane nodes together have used more than 60% of their memory, \
                       so they cannot take over the load of one that fails";
        (Subject::cluster("Nodes", "control plane"), summary.to_owned())
    };
    let command = "oc adm top nodes -l node-role.kubernetes.io/master";
    let finding = alerted.finding(subject, summary)?.why(
        "Control-plane nodes take over the load of one that fails or is rebooted. Without room for \
         that the API server and etcd slow down, and the kernel kills one of them.",
    );
    Some(
        finding.remedy(
            Remedy::new("Give the control-plane nodes more memory.")
                .command(command)
                .command("oc adm top pods --all-namespaces --sort-by=memory")
                .verify(command),
        ),
    )
}
