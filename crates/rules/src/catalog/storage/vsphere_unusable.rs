//! A vCenter that OpenShift cannot work with.
//!
//! # Why it matters
//!
//! OpenShift asks vCenter at intervals whether it can do what volumes and nodes need. It cannot connect,
//! may not log in, or lacks permissions: no volume is made or attached, and nodes are not known to be
//! there or gone.
//!
//! # What to do
//!
//! The message says what fails. The name and password stand in Secret `kube-system/vsphere-creds`, the
//! server in the Infrastructure and in ConfigMap `openshift-config/cloud-provider-config`.
//!
//! # Blind spots
//!
//! The checks are repeated at growing intervals, up to eight hours: what was mended a moment ago may
//! still be reported.
//!
//! # References
//!
//! - openshift/vsphere-problem-detector `pkg/operator/operator.go`
//!   (`VSphereProblemDetectorControllerAvailable`, reason `SyncFailed`)
//! - openshift/vmware-vsphere-csi-driver-operator
//!   `pkg/operator/vspherecontroller/vspherecontroller.go` (`VMwareVSphereOperatorCheckDegraded`)
//! - <https://github.com/okd-project/okd/issues/621>

use mustknow_gather::kinds::{
    ClusterCsiDriver, Condition, OPERATOR_CLUSTER_CSI_DRIVER, OPERATOR_STORAGE, Operator,
};
use mustknow_gather::layout::Special;
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{Alert, excerpt};

pub(super) static META: Meta = Meta {
    id: "storage/vsphere-unusable",
    title: "a vCenter that OpenShift cannot work with",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&OPERATOR_STORAGE),
        Need::Kind(&OPERATOR_CLUSTER_CSI_DRIVER),
        Need::Special(Special::Alerts),
    ],
};

const ALERTS: [&str; 3] = [
    "VSphereOpenshiftConnectionFailure",
    "VSphereOpenshiftClusterHealthFail",
    "VSphereOpenshiftNodeHealthFail",
];
/// The object of the driver.
pub(super) const DRIVER: &str = "csi.vsphere.vmware.com";

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let storage = case.find_as::<Operator<'_>>(&OPERATOR_STORAGE, "", "cluster");
    let driver = case.find::<ClusterCsiDriver<'_>>("", DRIVER);
    let alerts = Alert::named(case, &ALERTS);
    if storage.is_none() && alerts.is_none() && driver.is_none() {
        let gap = Gap::new(GapKind::NotCollected, "Storage cluster: not collected");
        return Verdict::Unknown(gap.ask("oc get storages.operator.openshift.io cluster -o yaml"));
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
        (Some((resource, condition)), _) => Some(said(resource, condition)),
        (None, Some(alert)) => Some(alerted(alert)),
        (None, None) => None,
    };
    let also = detector.and(check).map(|(resource, condition)| {
        Evidence::condition(resource, condition, "the driver's operator says the same")
    });
    let findings = findings.map(|finding| {
        finding
            .evidence(also)
            .evidence(alerts.iter().map(|alert| alert.evidence(format!("{} fires", alert.name))))
            .shares(Common::Storage, DRIVER)
            .why(
                "OpenShift makes, attaches and finds volumes through vCenter, and asks it for its \
                 nodes.",
            )
            .remedy(
                Remedy::new(
                    "Mend what the message names: the way to vCenter, the credentials, or the \
                     permissions of its user.",
                )
                .command(
                    "oc logs -n openshift-cluster-storage-operator \
                     deployment/vsphere-problem-detector-operator --tail=100",
                )
                .verify("oc get clusteroperator storage"),
            )
    });
    let is_there = driver.is_some()
        || storage.is_some_and(|it| it.conditions().any(|c| c.name().starts_with("VSphere")));
    let examined = usize::from(is_there);
    Verdict::over(examined, findings.into_iter().collect(), "the cluster does not run on vSphere")
}

/// What the problem detector says in the object of the storage operator. It stays Available when its
/// checks fail, and only its reason changes.
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

fn said(resource: &Resource, condition: Condition<'_>) -> Finding {
    let message = condition.message();
    let note = format!("{}: {}", condition.name(), condition.reason());
    Finding::new(
        Subject::of(resource),
        format!("OpenShift cannot work with vCenter: {}", excerpt(&message)),
        Evidence::condition(resource, condition, note),
    )
    .since(condition.since())
    .saying(condition.reason())
    .saying(&message)
}

fn alerted(alert: &Alert) -> Finding {
    Finding::new(
        alert.subject(),
        format!("OpenShift cannot work with vCenter: {}", excerpt(&alert.message)),
        alert.evidence("it fires"),
    )
    .severity(Severity::Warning)
    .since(alert.since)
    .likely("only an alert says so; the operator's own words were not collected or are fine")
    .saying(&alert.message)
}
