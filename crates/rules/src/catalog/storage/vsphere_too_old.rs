//! vSphere components too old for the next minor version.
//!
//! The message shows the first component that is too old. There may be more.
//!
//! - openshift/vsphere-problem-detector `pkg/operator/operator.go` (`VSphereOlderVersionDetected`)
//! - openshift/vmware-vsphere-csi-driver-operator
//!   `pkg/operator/vspherecontroller/checks/check_error.go`, `check_nodes.go`

use super::vsphere_unusable::DRIVER;
use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[
        Need::Kind(&OPERATOR_STORAGE),
        Need::Kind(&OPERATOR_CLUSTER_CSI_DRIVER),
        Need::KnownFile(KnownFile::Alerts),
    ])
    .check(check)
    .why(
        "The next minor version requires a newer vCenter, newer ESXi hosts, or virtual machines \
         with a newer hardware version. Until then updates to it are blocked. If the versions \
         are too old for the vSphere CSI driver, the driver cannot be installed.",
    )
    .fix(
        "Upgrade vCenter and the hosts to the version in the message, and upgrade the hardware \
         version of the virtual machines, one node at a time.",
    )
    .run(&["oc get clusteroperator storage -o yaml"])
    .verify(&["oc get clusterversion"]);

const ALERTS: [&str; 2] = ["CSIWithOldVSphereHWVersion", "VSphereOlderVersionPresent"];

fn check(cx: &RuleContext<'_>) -> Judged {
    let storage = cx.find_as::<Operator<'_>>(&OPERATOR_STORAGE, "", "cluster");
    let driver = cx.find::<ClusterCsiDriver<'_>>("", DRIVER);
    let alerts = Alert::firing_named(cx, &ALERTS);
    if storage.is_none() && driver.is_none() && alerts.is_none() {
        let gap = Gap::new(GapKind::NotCollected, "Storage/cluster: not collected");
        return Err(NotJudged::from(
            gap.command("oc get storages.operator.openshift.io cluster -o yaml"),
        ));
    }
    let detector = storage.and_then(|it| {
        let condition = it.condition("VSphereProblemDetectorControllerUpgradeable")?;
        condition.is_false().then_some((it.resource(), condition))
    });
    let is_too_old = |condition: &Condition<'_>| condition.reason().starts_with("check_deprecated");
    let check = driver.and_then(|it| {
        let upgradeable = it
            .condition("VMwareVSphereControllerUpgradeable")
            .filter(|it| it.is_false() && is_too_old(it));
        let degraded = it
            .condition("VMwareVSphereOperatorCheckDegraded")
            .filter(|it| it.is_true() && is_too_old(it));
        Some((it.resource(), degraded.or(upgradeable)?))
    });
    let alerts = alerts.unwrap_or_default();
    let findings = match (check.or(detector), alerts.first()) {
        (Some((resource, condition)), _) => Some(condition_finding(resource, condition)),
        (None, Some(alert)) => Some(
            Finding::new(
                alert.subject(),
                format!("vSphere components are too old: {}", excerpt(&alert.message)),
                alert.evidence("the alert is firing"),
            )
            .since(alert.since)
            .keywords(&alert.message),
        ),
        (None, None) => None,
    };
    let findings = findings.map(|finding| {
        finding.evidence(
            alerts.iter().map(|alert| alert.evidence(format!("{} is firing", alert.name))),
        )
    });
    let is_there = driver.is_some()
        || storage.is_some_and(|it| it.conditions().any(|c| c.name().starts_with("VSphere")));
    let examined = usize::from(is_there);
    Ok(Checked::over(examined, findings.into_iter()))
}

fn condition_finding(resource: &Resource, condition: Condition<'_>) -> Finding {
    let message = condition.message();
    // If the operator is degraded, volumes cannot be provisioned now.
    let is_worse = condition.name().ends_with("Degraded");
    let note = format!("{}: {}", condition.name(), condition.reason());
    Finding::new(
        Subject::of(resource),
        format!("vSphere components are too old: {}", excerpt(&message)),
        Evidence::condition(resource, condition, note),
    )
    .severity(if is_worse { Error } else { RULE.meta.severity })
    .since(condition.since())
    .keywords(format!("{} {}", condition.name(), condition.reason()))
    .keywords(&message)
}
