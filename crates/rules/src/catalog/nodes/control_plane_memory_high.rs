//! High memory usage on control-plane nodes.
//!
//! This rule relies on the alerts only.
//!
//! - openshift/machine-config-operator `install/0000_90_machine-config_01_prometheus-rules.yaml`
//! - openshift/runbooks
//!   `alerts/machine-config-operator/ExtremelyHighIndividualControlPlaneMemory.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "Control-plane nodes take over the load of a node that fails or reboots for an update. \
         If together they use more than two thirds of their memory, there is not enough free \
         memory for that: the API server and etcd slow down, and the kernel kills one of them.",
    )
    .fix(
        "Give the control-plane nodes more memory, or find what increased the usage: watches, \
         the number of objects, or a controller that lists everything.",
    );

const ALERTS: [&str; 2] =
    ["ExtremelyHighIndividualControlPlaneMemory", "HighOverallControlPlaneMemory"];

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_alerts(cx, &ALERTS, |alert| node_of_alert(cx, alert), finding)
}

fn finding(alerted: &AlertGroup) -> Option<Finding> {
    let node = &alerted.about;
    let is_single = alerted.contains("ExtremelyHighIndividualControlPlaneMemory");
    let (subject, summary) = if is_single {
        let summary = format!("control-plane node {node} uses more than 90% of its memory");
        (Subject::cluster("Node", node.clone()), summary)
    } else {
        let summary = "the control-plane nodes together use more than 60% of their memory, so \
                       they cannot take over the load of a failed node";
        (Subject::cluster("Nodes", "control plane"), summary.to_owned())
    };
    let command = "oc adm top nodes -l node-role.kubernetes.io/master";
    let finding = alerted.finding(subject, summary)?;
    Some(
        finding
            .run(command)
            .run("oc adm top pods --all-namespaces --sort-by=memory")
            .verify(command),
    )
}
