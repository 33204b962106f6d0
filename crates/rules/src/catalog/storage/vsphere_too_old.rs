//! Parts of vSphere too old for the next minor version.
//!
//! # Why it matters
//!
//! The next minor version needs a newer vCenter, newer ESXi hosts, or virtual machines of a newer
//! hardware version. Until then updates to it are blocked; in time the driver of the volumes does not
//! start any more.
//!
//! # What to do
//!
//! Bring vCenter and the hosts to the version the message names, and raise the hardware version of the
//! virtual machines, one node at a time.
//!
//! # Blind spots
//!
//! The message names the first part that is too old; there may be more.
//!
//! # References
//!
//! - openshift/vsphere-problem-detector `pkg/operator/operator.go` (`VSphereOlderVersionDetected`)
//! - openshift/vmware-vsphere-csi-driver-operator
//!   `pkg/operator/vspherecontroller/checks/check_error.go`, `check_nodes.go`

use mustknow_gather::kinds::{
    ClusterCsiDriver, Condition, OPERATOR_CLUSTER_CSI_DRIVER, OPERATOR_STORAGE, Operator,
};
use mustknow_gather::layout::Special;
use mustknow_gather::resource::Resource;

use super::vsphere_unusable::DRIVER;
use crate::catalog::prelude::*;
use crate::facts::{Alert, excerpt};

pub(super) static META: Meta = Meta {
    id: "storage/vsphere-too-old",
    title: "parts of vSphere too old for the next minor version",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&OPERATOR_STORAGE),
        Need::Kind(&OPERATOR_CLUSTER_CSI_DRIVER),
        Need::Special(Special::Alerts),
    ],
};

const ALERTS: [&str; 2] = ["CSIWithOldVSphereHWVersion", "VSphereOlderVersionPresent"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let storage = case.find_as::<Operator<'_>>(&OPERATOR_STORAGE, "", "cluster");
    let driver = case.find::<ClusterCsiDriver<'_>>("", DRIVER);
    let alerts = Alert::named(case, &ALERTS);
    if storage.is_none() && driver.is_none() && alerts.is_none() {
        let gap = Gap::new(GapKind::NotCollected, "Storage cluster: not collected");
        return Verdict::Unknown(gap.ask("oc get storages.operator.openshift.io cluster -o yaml"));
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
        (Some((resource, condition)), _) => Some(said(resource, condition)),
        (None, Some(alert)) => Some(
            Finding::new(
                alert.subject(),
                format!("parts of vSphere are too old: {}", excerpt(&alert.message)),
                alert.evidence("it fires"),
            )
            .since(alert.since)
            .saying(&alert.message),
        ),
        (None, None) => None,
    };
    let findings = findings.map(|finding| {
        finding
            .evidence(alerts.iter().map(|alert| alert.evidence(format!("{} fires", alert.name))))
            .why("Updates to the next minor version are blocked until they are newer.")
            .remedy(
                Remedy::new("Bring vCenter, the hosts and the virtual machines to newer versions.")
                    .command("oc get clusteroperator storage -o yaml")
                    .verify("oc get clusterversion"),
            )
    });
    let is_there = driver.is_some()
        || storage.is_some_and(|it| it.conditions().any(|c| c.name().starts_with("VSphere")));
    let examined = usize::from(is_there);
    Verdict::over(examined, findings.into_iter().collect(), "the cluster does not run on vSphere")
}

fn said(resource: &Resource, condition: Condition<'_>) -> Finding {
    let message = condition.message();
    // What degrades the operator keeps volumes from being made already.
    let is_worse = condition.name().ends_with("Degraded");
    let note = format!("{}: {}", condition.name(), condition.reason());
    Finding::new(
        Subject::of(resource),
        format!("parts of vSphere are too old: {}", excerpt(&message)),
        Evidence::condition(resource, condition, note),
    )
    .severity(if is_worse { Severity::Error } else { META.severity })
    .since(condition.since())
    .saying(format!("{} {}", condition.name(), condition.reason()))
    .saying(&message)
}
