//! vCenter connection or permission failure.
//!
//! The checks are repeated at increasing intervals of up to eight hours. A problem that was fixed
//! recently may still be reported.
//!
//! - openshift/vsphere-problem-detector `pkg/operator/operator.go`
//!   (`VSphereProblemDetectorControllerAvailable`, reason `SyncFailed`)
//! - openshift/vmware-vsphere-csi-driver-operator
//!   `pkg/operator/vspherecontroller/vspherecontroller.go` (`VMwareVSphereOperatorCheckDegraded`)
//! - <https://github.com/okd-project/okd/issues/621>

use crate::catalog::prelude::*;

const ALERTS: [&str; 3] = [
    "VSphereOpenshiftConnectionFailure",
    "VSphereOpenshiftClusterHealthFail",
    "VSphereOpenshiftNodeHealthFail",
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs_any(VSPHERE_USES)
    .check(|cx| {
        let reports = VSphereReports::of(cx, &ALERTS);
        let degraded = reports.detector("VSphereProblemDetectorControllerDegraded");
        // It stays Available when its checks fail, and only its reason changes.
        let available = reports.detector("VSphereProblemDetectorControllerAvailable");
        let detector = degraded
            .filter(|(_, condition)| condition.is_true())
            .or(available.filter(|(_, condition)| condition.reason() == "SyncFailed"));
        let check = reports
            .driver("VMwareVSphereOperatorCheckDegraded")
            .filter(|(_, it)| it.is_true() && !it.reason().starts_with("check_deprecated"));
        let conditions = detector.into_iter().chain(check);
        let mut checked = reports.judge("vCenter checks of OpenShift fail", conditions);
        for finding in &mut checked.findings {
            finding.group_by.push((GroupKey::Storage, VSPHERE_DRIVER.to_owned()));
        }
        Ok(checked)
    })
    .at_once("the next check may be eight hours away")
    .even_while_installing("the installer does not correct credentials or permissions")
    .why(
        "OpenShift checks at intervals whether vCenter allows what volumes and nodes require. \
         It cannot connect, cannot log in, or is missing permissions. Volumes cannot be created \
         or attached, and OpenShift cannot detect whether nodes still exist.",
    )
    .fix(
        "The message shows what fails. The user name and password are in Secret \
         kube-system/vsphere-creds. The server is in the Infrastructure resource and in \
         ConfigMap openshift-config/cloud-provider-config.",
    )
    .run(&["oc logs -n openshift-cluster-storage-operator \
             deployment/vsphere-problem-detector-operator --tail=100"])
    .verify(&["oc get clusteroperator storage"]);
