//! A Machine that failed.
//!
//! # Why it matters
//!
//! The cloud refused to make its instance, or the instance is gone. A failed Machine is never tried
//! again: the capacity it stands for is missing until it is deleted and another takes its place.
//!
//! # What to do
//!
//! Mend what the message names (quota, image, subnet, credentials, capacity of the zone), then delete
//! the Machine; its MachineSet makes another one.
//!
//! # Blind spots
//!
//! Messages are those of the cloud, and may name a consequence only.
//!
//! # References
//!
//! - openshift/api `machine/v1beta1/types_machine.go` (`PhaseFailed`, `errorReason`, `errorMessage`)
//! - openshift/machine-api-operator `pkg/controller/machine/controller.go`

use std::borrow::Cow;

use mustknow_gather::kinds::{MACHINE, Machine};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, excerpt};

pub(super) static META: Meta = Meta {
    id: "machines/failed",
    title: "a Machine that failed",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE)],
    uses: &[],
};

/// What the clouds write when they have, or give, no more.
const QUOTA: [&str; 5] =
    ["quota", "limitexceeded", "limit exceeded", "exceeded the limit", "insufficient resources"];
const CAPACITY: [&str; 4] = [
    "insufficientinstancecapacity",
    "zonalallocationfailed",
    "allocationfailed",
    "zone_resource_pool_exhausted",
];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<Machine<'_>>().count();
    let findings = case
        .all::<Machine<'_>>()
        .map(View::resource)
        .filter(|it| it.text(&["status", "phase"]).as_deref() == Some("Failed"))
        .filter(|it| asked_to_go(it).is_none())
        .map(finding)
        .collect();
    Verdict::over(examined, findings, "no Machine in the archive")
}

/// The zone of a Machine, by its label.
pub(super) fn zone(machine: &Resource) -> Option<String> {
    machine.label("machine.openshift.io/zone").map(Cow::into_owned).filter(|it| !it.is_empty())
}

fn finding(machine: &Resource) -> Finding {
    let (subject, namespace, name) = (Subject::of(machine), machine.namespace(), machine.name());
    let text = |field: &str| machine.text(&["status", field]).unwrap_or_default();
    let (reason, message) = (text("errorReason"), text("errorMessage"));
    let words = message.to_lowercase();
    let says = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    let (class, advice) = if says(&CAPACITY) {
        (
            "the zone has no room, ",
            "Choose another zone or instance type in the MachineSet, then delete the Machine.",
        )
    } else if says(&QUOTA) {
        ("the quota of the cloud is used up, ", "Raise the quota, then delete the Machine.")
    } else if words.contains("can't find created instance") {
        ("its instance is gone, ", "Find out who removed the instance, then delete the Machine.")
    } else {
        ("", "Mend what the message names, then delete the Machine.")
    };
    let field: &[&str] =
        if message.is_empty() { &["status", "phase"] } else { &["status", "errorMessage"] };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} failed, {class}{reason}: {}", excerpt(&message)),
        Evidence::field(machine, field, format!("phase Failed, {reason}")),
    )
    .since(machine.time(&["status", "lastUpdated"]))
    .saying(format!("{reason}: {message}"))
    .why("A failed Machine is never tried again: what it stands for is missing.")
    .remedy(
        Remedy::new(advice)
            .command(format!("oc describe machine.machine.openshift.io -n {namespace} {name}"))
            .before("what the message names is mended", Proof::ByHand(String::new()))
            .verify(format!("oc get machines.machine.openshift.io -n {namespace}")),
    );
    match zone(machine) {
        Some(zone) => finding.shares(Common::Zone, zone),
        None => finding,
    }
}
