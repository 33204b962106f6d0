//! A MachineSet whose boot image cannot be updated.
//!
//! # Why it matters
//!
//! The machine-config operator keeps the boot images of MachineSets at the release of the cluster.
//! Where it cannot, new machines boot an older image, and after some releases they cannot join.
//!
//! # What to do
//!
//! Read what the machine-config controller says of the MachineSet: mostly its boot image is not one
//! that the release knows, or its labels and architecture are missing.
//!
//! # Blind spots
//!
//! The alert is taken as it is; releases after 4.18 report the same in the `MachineConfiguration`.
//!
//! # References
//!
//! - openshift/machine-config-operator `release-4.16`
//!   `install/0000_90_machine-config_01_prometheus-rules.yaml` (`MCCBootImageUpdateError`)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, judge_alerts};

pub(super) static META: Meta = Meta {
    id: "machineconfig/boot-image-update-failed",
    title: "a MachineSet whose boot image cannot be updated",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let machine_set =
        |alert: &crate::facts::Alert| alert.label("machineset").unwrap_or_default().to_owned();
    judge_alerts(case, &["MCCBootImageUpdateError"], machine_set, finding)
}

fn finding(alerted: &Alerted) -> Option<Finding> {
    let name = &alerted.about;
    let subject = Subject::namespaced("MachineSet", "openshift-machine-api", name.clone());
    let summary = format!("the boot image of {subject} cannot be updated");
    let finding = alerted.finding(subject, summary)?.why(
        "New machines of the set boot an image of an earlier release. They update themselves on \
         first boot, which fails once that image is too old.",
    );
    Some(
        finding.remedy(
            Remedy::new("Read what the machine-config controller says of the MachineSet.")
                .command(
                    "oc logs -n openshift-machine-config-operator \
                     deployment/machine-config-controller -c machine-config-controller | grep -i \
                     'boot image'",
                )
                .verify("oc get machinesets -n openshift-machine-api"),
        ),
    )
}
