//! Boot images too old for the next release.
//!
//! - openshift/machine-config-operator `pkg/operator/status.go` (`ClusterBootImageSkewError`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .status("machine-config", &["Upgradeable"], |state| {
        if state.reason != "ClusterBootImageSkewError" {
            return None;
        }
        let what = "the boot images are too old for the next minor version";
        let version = Subject::cluster("ClusterVersion", "version");
        let finding = state.finding(
            Subject::cluster("MachineConfiguration", "cluster"),
            format!("{what}: {}", excerpt(&state.message)),
        );
        Some(
            finding
                .explains(version.clone(), "ClusterBootImageSkewError")
                .explains(version, "boot image"),
        )
    })
    .at_once("the images change only when something updates them")
    .why(
        "New machines boot from an image of an earlier release and update themselves on first \
         boot. This fails if the image is too old. The Machine Config Operator therefore blocks \
         updates of the cluster until the boot images are updated, or until an administrator \
         records that they are not needed.",
    )
    .fix(
        "Let the operator manage boot images, update them manually, or record their version in \
         the MachineConfiguration, as described in the message.",
    )
    .run(&["oc get machineconfigurations.operator.openshift.io cluster -o yaml"])
    .verify(&["oc get clusteroperator machine-config -o yaml"]);
