//! CSI driver that is not provided by OpenShift in the place of its own.
//!
//! Only drivers that OpenShift ships itself are concerned; it does not mind others.
//!
//! - openshift/cluster-storage-operator `pkg/operator/csidriveroperator/driver_starter.go`
//!   (`isUnsupportedCSIDriverRunning`)

use crate::catalog::prelude::*;

/// What the operator writes before and after the name of the driver.
const DETECTED: [&str; 2] = ["detected CSI driver ", " that is not provided by OpenShift"];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(&[(&OPERATOR_STORAGE, "storage")], &["CSIDriverStarterDegraded"], |bad| {
        let [before, after] = DETECTED;
        let (_, rest) = bad.state.message.split_once(before)?;
        let (driver, _) = rest.split_once(after)?;
        let summary = format!(
            "CSIDriver {driver} is not provided by OpenShift and keeps the storage operator from \
             installing its own driver of that name"
        );
        Some(
            bad.finding_about(Subject::cluster("CSIDriver", driver), summary)
                .explains(Subject::cluster("ClusterOperator", "storage"), before),
        )
    })
    .at_once("the operator waits until the other driver is removed")
    .why(
        "The storage operator installs the CSI driver of the cloud platform. If the cluster \
         already has a CSIDriver of that name from another source, the \
         operator does not touch it and is degraded.",
    )
    .fix(
        "Remove the other driver in the way it was installed, for example its Helm release. Its \
         volumes remain; their pods cannot be started between the removal and the installation \
         of the driver of OpenShift.",
    )
    .run(&["oc get csidriver {name} -o yaml"])
    .verify(&["oc get clusteroperator storage"])
    .side_effects(&["until the other driver is installed, no volume is attached or mounted"]);
