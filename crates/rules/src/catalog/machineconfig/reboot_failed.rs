//! Node that failed to reboot into its new configuration.
//!
//! # Why it matters
//!
//! The machine-config-daemon wrote the configuration and requested a reboot of the node, but the
//! reboot command itself failed. The node continues with the old kernel and the old kubelet, its
//! daemon is Degraded, and its pool waits.
//!
//! # What to do
//!
//! Reboot the node manually or from its console, and check why `systemd-run` failed: a full disk,
//! or a systemd that does not respond.
//!
//! # Blind spots
//!
//! The alert counts failures since the daemon was started, so it is used only for a node with a
//! configuration that is not Done.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/update.go` (`reboot command failed, something is
//!   seriously wrong`)
//! - openshift/runbooks `alerts/machine-config-operator/MachineConfigDaemonRebootError.md`

use mustknow_cluster::model::kinds::MACHINE_CONFIG_POOL;
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::views::Node;

use crate::catalog::prelude::*;
use crate::domain::{DegradedNode, DegradedReason, judge_degraded_nodes};
use crate::signals::{Alert, node_of_alert};

pub(super) static META: Meta = Meta {
    id: "machineconfig/reboot-failed",
    title: "node that failed to reboot into its new configuration",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[Need::KnownFile(KnownFile::Alerts)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let alerts = Alert::firing_named(cx, &["MCDRebootError"]).unwrap_or_default();
    let degraded_verdict = judge_degraded_nodes(cx, DegradedReason::Reboot, |degraded| {
        let own = alerts.iter().filter(|alert| node_of_alert(cx, alert) == degraded.node);
        degraded_finding(degraded, own.map(|alert| alert.evidence(alert.message.clone())).collect())
    });
    if matches!(degraded_verdict, Verdict::Found(_)) {
        return degraded_verdict;
    }
    let findings: Vec<_> = alerts.iter().filter_map(|alert| of_alert(cx, alert)).collect();
    if findings.is_empty() { degraded_verdict } else { Verdict::Found(findings) }
}

fn degraded_finding(degraded: &DegradedNode<'_>, alerts: Vec<Evidence>) -> Option<Finding> {
    let summary =
        format!("node {} could not be rebooted into its new configuration", degraded.node);
    Some(complete(degraded.finding(summary)?, &degraded.node).evidence(alerts))
}

/// A finding for an alert about a node that is not Done.
fn of_alert(cx: &RuleContext<'_>, alert: &Alert) -> Option<Finding> {
    let name = node_of_alert(cx, alert);
    let node = cx.find::<Node<'_>>("", &name)?;
    if node.machine_config("state").as_deref() == Some("Done") {
        return None;
    }
    let summary = format!("node {name} failed to reboot, and its configuration is not Done");
    let finding = Finding::new(Subject::view(node), summary, alert.evidence(alert.message.clone()))
        .severity(Severity::Error)
        .since(alert.since)
        .likely("it is inferred that the failed reboot belongs to this configuration")
        .keywords(&name);
    Some(complete(finding, &name))
}

fn complete(finding: Finding, node: &str) -> Finding {
    finding
        .why(
            "The command that reboots the node failed. The node continues with its old kernel and \
             kubelet, and its pool waits for it.",
        )
        .remedy(
            Remedy::new("Reboot the node from its console, and check why the command failed.")
                .command(format!(
                    "oc debug node/{node} -- chroot /host journalctl -t machine-config-daemon \
                     --since -2h"
                ))
                .verify("oc get machineconfigpools"),
        )
}
