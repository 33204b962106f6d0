//! Failed boot image update of a MachineSet.
//!
//! Releases after 4.18 report the same problem in the `MachineConfiguration`, without the alert.
//!
//! - openshift/machine-config-operator `release-4.16`
//!   `install/0000_90_machine-config_01_prometheus-rules.yaml` (`MCCBootImageUpdateError`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .alerts_by(machine_set, &["MCCBootImageUpdateError"], |_, alerted| {
        let name = alerted.about.as_str();
        let subject = Subject::namespaced("MachineSet", "openshift-machine-api", name);
        let summary = format!("the boot image of {subject} cannot be updated");
        alerted.finding(subject, summary)
    })
    .why(
        "The Machine Config Operator keeps the boot images of MachineSets at the release of the \
         cluster. If it cannot update them, new machines boot an older image, and after some \
         releases they cannot join the cluster.",
    )
    .fix(
        "Check the log of the machine-config-controller for the MachineSet. Usually its boot \
         image is not one that the release knows, or its labels and architecture are missing.",
    )
    .run(&["oc logs -n openshift-machine-config-operator deployment/machine-config-controller \
             -c machine-config-controller | grep -i 'boot image'"])
    .verify(&["oc get machinesets -n {namespace}"]);

fn machine_set(_: &RuleContext<'_>, alert: &Alert) -> String {
    alert.label("machineset").unwrap_or_default().to_owned()
}
