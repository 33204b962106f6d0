//! Failed boot image update of a MachineSet.
//!
//! # Why it matters
//!
//! The Machine Config Operator keeps the boot images of MachineSets at the release of the cluster.
//! If it cannot update them, new machines boot an older image, and after some releases they cannot
//! join the cluster.
//!
//! # What to do
//!
//! Check the log of the machine-config-controller for the MachineSet. Usually its boot image is not
//! one that the release knows, or its labels and architecture are missing.
//!
//! # Blind spots
//!
//! This rule relies on the alert only. Releases after 4.18 report the same problem in the
//! `MachineConfiguration`.
//!
//! # References
//!
//! - openshift/machine-config-operator `release-4.16`
//!   `install/0000_90_machine-config_01_prometheus-rules.yaml` (`MCCBootImageUpdateError`)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::signals::{AlertGroup, judge_alerts};

pub(super) static META: Meta = Meta {
    id: "machineconfig/boot-image-update-failed",
    title: "failed boot image update of a MachineSet",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let machine_set =
        |alert: &crate::signals::Alert| alert.label("machineset").unwrap_or_default().to_owned();
    judge_alerts(cx, &["MCCBootImageUpdateError"], machine_set, finding)
}

fn finding(alerted: &AlertGroup) -> Option<Finding> {
    let name = &alerted.about;
    let subject = Subject::namespaced("MachineSet", "openshift-machine-api", name.clone());
    let summary = format!("the boot image of {subject} cannot be updated");
    let finding = alerted.finding(subject, summary)?.why(
        "New machines of the MachineSet boot an image of an earlier release. They update \
         themselves on first boot, which fails once that image is too old.",
    );
    Some(
        finding.remedy(
            Remedy::new("Check the log of the machine-config-controller for the MachineSet.")
                .command(
                    "oc logs -n openshift-machine-config-operator \
                     deployment/machine-config-controller -c machine-config-controller | grep -i \
                     'boot image'",
                )
                .verify("oc get machinesets -n openshift-machine-api"),
        ),
    )
}
