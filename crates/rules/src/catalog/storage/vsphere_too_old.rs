//! vSphere components too old for the next minor version.
//!
//! # Why it matters
//!
//! The next minor version requires a newer vCenter, newer ESXi hosts, or virtual machines with a
//! newer hardware version. Until then updates to it are blocked. If the versions are too old for
//! the vSphere CSI driver, the driver cannot be installed.
//!
//! # What to do
//!
//! Upgrade vCenter and the hosts to the version in the message, and upgrade the hardware version of
//! the virtual machines, one node at a time.
//!
//! # Blind spots
//!
//! The message shows the first component that is too old. There may be more.
//!
//! # References
//!
//! - openshift/vsphere-problem-detector `pkg/operator/operator.go` (`VSphereOlderVersionDetected`)
//! - openshift/vmware-vsphere-csi-driver-operator
//!   `pkg/operator/vspherecontroller/checks/check_error.go`, `check_nodes.go`

use mustknow_cluster::model::kinds::{OPERATOR_CLUSTER_CSI_DRIVER, OPERATOR_STORAGE};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::views::{ClusterCsiDriver, Condition, Operator};

use super::vsphere_unusable::DRIVER;
use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "storage/vsphere-too-old",
    title: "vSphere components too old for the next minor version",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&OPERATOR_STORAGE),
        Need::Kind(&OPERATOR_CLUSTER_CSI_DRIVER),
        Need::KnownFile(KnownFile::Alerts),
    ],
};

const ALERTS: [&str; 2] = ["CSIWithOldVSphereHWVersion", "VSphereOlderVersionPresent"];

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let storage = cx.find_as::<Operator<'_>>(&OPERATOR_STORAGE, "", "cluster");
    let driver = cx.find::<ClusterCsiDriver<'_>>("", DRIVER);
    let alerts = Alert::firing_named(cx, &ALERTS);
    if storage.is_none() && driver.is_none() && alerts.is_none() {
        let gap = Gap::new(GapKind::NotCollected, "Storage/cluster: not collected");
        return Verdict::Unknown(
            gap.command("oc get storages.operator.openshift.io cluster -o yaml"),
        );
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
        finding
            .evidence(
                alerts.iter().map(|alert| alert.evidence(format!("{} is firing", alert.name))),
            )
            .why("Updates to the next minor version are blocked until these are upgraded.")
            .remedy(
                Remedy::new("Upgrade vCenter, the hosts and the hardware version of the machines.")
                    .command("oc get clusteroperator storage -o yaml")
                    .verify("oc get clusterversion"),
            )
    });
    let is_there = driver.is_some()
        || storage.is_some_and(|it| it.conditions().any(|c| c.name().starts_with("VSphere")));
    let examined = usize::from(is_there);
    Verdict::over(examined, findings.into_iter().collect(), "the cluster does not run on vSphere")
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
    .severity(if is_worse { Severity::Error } else { META.severity })
    .since(condition.since())
    .keywords(format!("{} {}", condition.name(), condition.reason()))
    .keywords(&message)
}
