//! vSphere components too old for the next minor version.
//!
//! The message shows the first component that is too old. There may be more.
//!
//! - openshift/vsphere-problem-detector `pkg/operator/operator.go` (`VSphereOlderVersionDetected`)
//! - openshift/vmware-vsphere-csi-driver-operator
//!   `pkg/operator/vspherecontroller/checks/check_error.go`, `check_nodes.go`

use crate::catalog::prelude::*;

const ALERTS: [&str; 2] = ["CSIWithOldVSphereHWVersion", "VSphereOlderVersionPresent"];

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs_any(VSPHERE_USES)
    .check(|cx| {
        let reports = VSphereReports::of(cx, &ALERTS);
        let is_too_old = |(_, condition): &(&Resource, Condition<'_>)| {
            condition.reason().starts_with("check_deprecated")
        };
        let degraded = reports.driver("VMwareVSphereOperatorCheckDegraded");
        let upgradeable = reports.driver("VMwareVSphereControllerUpgradeable");
        let check = degraded
            .filter(|it| it.1.is_true() && is_too_old(it))
            .or(upgradeable.filter(|it| it.1.is_false() && is_too_old(it)));
        let detector = reports.detector("VSphereProblemDetectorControllerUpgradeable");
        let detector = detector.filter(|(_, condition)| condition.is_false());
        let conditions = check.into_iter().chain(detector);
        Ok(reports.judge("vSphere components are too old", conditions))
    })
    .at_once("a version changes only by an upgrade")
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
