//! A node that could not be rebooted into its new configuration.
//!
//! # Why it matters
//!
//! The machine-config daemon wrote the configuration and asked the node to reboot, and the command
//! itself failed. The node runs on with the old kernel and the old kubelet, its daemon is Degraded,
//! and its pool waits.
//!
//! # What to do
//!
//! Reboot the node by hand or from its console, and read why `systemd-run` failed: a full disk, a
//! systemd that does not answer.
//!
//! # Blind spots
//!
//! The alert counts failures since the daemon was started, so it counts only for a node whose
//! configuration is not done.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/update.go` (`reboot command failed, something is
//!   seriously wrong`)
//! - openshift/runbooks `alerts/machine-config-operator/MachineConfigDaemonRebootError.md`

use mustknow_gather::kinds::{MACHINE_CONFIG_POOL, Node};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, Complaint, Degraded, alerted_node, judge_complaints};

pub(super) static META: Meta = Meta {
    id: "machineconfig/reboot-failed",
    title: "a node that could not be rebooted into its new configuration",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[Need::Special(Special::Alerts)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let alerts = Alert::named(case, &["MCDRebootError"]).unwrap_or_default();
    let by_complaint = judge_complaints(case, Complaint::Reboot, |degraded| {
        let own = alerts.iter().filter(|alert| alerted_node(case, alert) == degraded.node);
        of_complaint(degraded, own.map(|alert| alert.evidence(alert.message.clone())).collect())
    });
    if matches!(by_complaint, Verdict::Found(_)) {
        return by_complaint;
    }
    let findings: Vec<_> = alerts.iter().filter_map(|alert| of_alert(case, alert)).collect();
    if findings.is_empty() { by_complaint } else { Verdict::Found(findings) }
}

fn of_complaint(degraded: &Degraded<'_>, alerts: Vec<Evidence>) -> Option<Finding> {
    let summary =
        format!("node {} could not be rebooted into its new configuration", degraded.node);
    Some(complete(degraded.finding(summary)?, &degraded.node).evidence(alerts))
}

/// A finding for an alert about a node that is not done.
fn of_alert(case: &Case<'_>, alert: &Alert) -> Option<Finding> {
    let name = alerted_node(case, alert);
    let node = case.find::<Node<'_>>("", &name)?;
    if node.machine_config("state").as_deref() == Some("Done") {
        return None;
    }
    let summary = format!("node {name} failed to reboot, and its configuration is not done");
    let finding = Finding::new(Subject::view(node), summary, alert.evidence(alert.message.clone()))
        .severity(Severity::Error)
        .since(alert.since)
        .likely("that the failed reboot is the one of this configuration was inferred")
        .saying(&name);
    Some(complete(finding, &name))
}

fn complete(finding: Finding, node: &str) -> Finding {
    finding
        .why(
            "The command that reboots the node failed. The node runs on with its old kernel and \
             kubelet, and its pool waits for it.",
        )
        .remedy(
            Remedy::new("Reboot the node from its console, and read why the command failed.")
                .command(format!(
                    "oc debug node/{node} -- chroot /host journalctl -t machine-config-daemon \
                     --since -2h"
                ))
                .verify("oc get machineconfigpools"),
        )
}
