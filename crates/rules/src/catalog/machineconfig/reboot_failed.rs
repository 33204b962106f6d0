//! Node that failed to reboot into its new configuration.
//!
//! The alert counts failures since the daemon was started, so it is used only for a node with a
//! configuration that is not Done.
//!
//! - openshift/machine-config-operator `pkg/daemon/update.go` (`reboot command failed, something is
//!   seriously wrong`)
//! - openshift/runbooks `alerts/machine-config-operator/MachineConfigDaemonRebootError.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .at_once("a reboot that failed is not tried again")
    .why(
        "The machine-config-daemon wrote the configuration and requested a reboot of the node, \
         but the reboot command itself failed. The node continues with the old kernel and the \
         old kubelet, its daemon is Degraded, and its pool waits.",
    )
    .fix(
        "Reboot the node manually or from its console, and check why systemd-run failed: a full \
         disk, or a systemd that does not respond.",
    )
    .run(&["oc debug node/{name} -- chroot /host journalctl -t machine-config-daemon --since -2h"])
    .verify(&["oc get machineconfigpools"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let alerts = Alert::firing_named(cx, &["MCDRebootError"]).unwrap_or_default();
    let degraded = judge_degraded_nodes(cx, DegradedReason::Reboot, |degraded| {
        let node = &degraded.node;
        let own = alerts.iter().filter(|alert| node_of_alert(cx, alert) == *node);
        let summary = format!("node {node} could not be rebooted into its new configuration");
        Some(degraded.finding(summary)?.evidence(own.map(|it| it.evidence(&*it.message))))
    });
    if degraded.as_ref().is_ok_and(|checked| !checked.findings.is_empty()) {
        return degraded;
    }
    let alerted = Checked::over(alerts.len(), alerts.iter().filter_map(|it| of_alert(cx, it)));
    if alerted.findings.is_empty() { degraded } else { Ok(alerted) }
}

/// A finding for an alert about a node that is not Done.
fn of_alert(cx: &RuleContext<'_>, alert: &Alert) -> Option<Finding> {
    let name = node_of_alert(cx, alert);
    let node = cx.find::<Node<'_>>("", &name)?;
    if node.machine_config("state").as_deref() == Some("Done") {
        return None;
    }
    let summary = format!("node {name} failed to reboot, and its configuration is not Done");
    let finding = Finding::new(Subject::view(node), summary, alert.evidence(&*alert.message));
    Some(
        finding
            .severity(Error)
            .since(alert.since)
            .likely("it is inferred that the failed reboot belongs to this configuration")
            .keywords(&name),
    )
}
