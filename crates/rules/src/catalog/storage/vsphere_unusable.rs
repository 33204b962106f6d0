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

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[
        Need::Kind(&OPERATOR_STORAGE),
        Need::Kind(&OPERATOR_CLUSTER_CSI_DRIVER),
        Need::KnownFile(KnownFile::Alerts),
    ])
    .check(check)
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

const ALERTS: [&str; 3] = [
    "VSphereOpenshiftConnectionFailure",
    "VSphereOpenshiftClusterHealthFail",
    "VSphereOpenshiftNodeHealthFail",
];
/// The name of the driver and of its `ClusterCSIDriver`.
pub(super) const DRIVER: &str = "csi.vsphere.vmware.com";

fn check(cx: &RuleContext<'_>) -> Judged {
    let storage = cx.find_as::<Operator<'_>>(&OPERATOR_STORAGE, "", "cluster");
    let driver = cx.find::<ClusterCsiDriver<'_>>("", DRIVER);
    let alerts = Alert::firing_named(cx, &ALERTS);
    if storage.is_none() && alerts.is_none() && driver.is_none() {
        let gap = Gap::new(GapKind::NotCollected, "Storage/cluster: not collected");
        return Err(NotJudged::from(
            gap.command("oc get storages.operator.openshift.io cluster -o yaml"),
        ));
    }
    let detector = storage.and_then(|it| {
        let condition = of_detector(it)?;
        Some((it.resource(), condition))
    });
    let is_other = |condition: &Condition<'_>| !condition.reason().starts_with("check_deprecated");
    let check = driver.and_then(|it| {
        let condition = it.condition("VMwareVSphereOperatorCheckDegraded")?;
        (condition.is_true() && is_other(&condition)).then_some((it.resource(), condition))
    });
    let alerts = alerts.unwrap_or_default();
    let findings = match (detector.or(check), alerts.first()) {
        (Some((resource, condition)), _) => Some(condition_finding(resource, condition)),
        (None, Some(alert)) => Some(alerted(alert)),
        (None, None) => None,
    };
    let also = detector.and(check).map(|(resource, condition)| {
        Evidence::condition(resource, condition, "the CSI driver operator reports it too")
    });
    let findings = findings.map(|finding| {
        finding
            .evidence(also)
            .evidence(
                alerts.iter().map(|alert| alert.evidence(format!("{} is firing", alert.name))),
            )
            .group_by(GroupKey::Storage, DRIVER)
    });
    let is_there = driver.is_some()
        || storage.is_some_and(|it| it.conditions().any(|c| c.name().starts_with("VSphere")));
    let examined = usize::from(is_there);
    Ok(Checked::over(examined, findings.into_iter()))
}

/// The problem detector's condition in the Storage resource. It stays Available when its checks
/// fail, and only its reason changes.
fn of_detector(storage: Operator<'_>) -> Option<Condition<'_>> {
    let degraded = storage
        .condition("VSphereProblemDetectorControllerDegraded")
        .filter(|condition| condition.is_true());
    degraded.or_else(|| {
        storage
            .condition("VSphereProblemDetectorControllerAvailable")
            .filter(|condition| condition.reason() == "SyncFailed")
    })
}

fn condition_finding(resource: &Resource, condition: Condition<'_>) -> Finding {
    let message = condition.message();
    let note = format!("{}: {}", condition.name(), condition.reason());
    Finding::new(
        Subject::of(resource),
        format!("vCenter checks of OpenShift fail: {}", excerpt(&message)),
        Evidence::condition(resource, condition, note),
    )
    .since(condition.since())
    .keywords(condition.reason())
    .keywords(&message)
}

fn alerted(alert: &Alert) -> Finding {
    Finding::new(
        alert.subject(),
        format!("vCenter checks of OpenShift fail: {}", excerpt(&alert.message)),
        alert.evidence("the alert is firing"),
    )
    .severity(Warning)
    .since(alert.since)
    .likely("only an alert reports it; the operator's status was not collected or shows no problem")
    .keywords(&alert.message)
}
