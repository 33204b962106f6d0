//! Failed Machine.
//!
//! The messages come from the cloud provider and may show only a consequence.
//!
//! - openshift/api `machine/v1beta1/types_machine.go` (`PhaseFailed`, `errorReason`, `errorMessage`)
//! - openshift/machine-api-operator `pkg/controller/machine/controller.go`

use crate::catalog::prelude::*;

/// Messages of cloud providers about exceeded quotas and insufficient capacity.
const QUOTA: [&str; 5] =
    ["quota", "limitexceeded", "limit exceeded", "exceeded the limit", "insufficient resources"];
const CAPACITY: [&str; 4] = [
    "insufficientinstancecapacity",
    "zonalallocationfailed",
    "allocationfailed",
    "zone_resource_pool_exhausted",
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .each(&[&MACHINE], |_, machine| {
        let is_failed = machine.text(&["status", "phase"]).as_deref() == Some("Failed")
            && deletion_requested_at(machine).is_none();
        Ok(is_failed.then(|| finding(machine)))
    })
    .at_once("a failed Machine is never retried")
    .even_while_installing("a failed Machine is never retried")
    .why(
        "The cloud provider refused to create its instance, or the instance no longer exists. A \
         failed Machine is never retried. Its capacity is missing until the Machine is deleted \
         and replaced.",
    )
    .fix(
        "Fix the problem in the message (quota, image, subnet, credentials, capacity of the \
         zone), then delete the Machine. Its MachineSet creates another one.",
    )
    .run(&["oc describe machine.machine.openshift.io -n {namespace} {name}"])
    .verify(&["oc get machines.machine.openshift.io -n {namespace}"])
    .before(&[("the problem in the message is fixed", "")]);

/// The finding, which others about Machines of the same zone can share.
pub(super) fn in_zone(finding: Finding, machine: &Resource) -> Finding {
    match machine.label("machine.openshift.io/zone").filter(|zone| !zone.is_empty()) {
        Some(zone) => finding.group_by(GroupKey::Zone, zone),
        None => finding,
    }
}

fn finding(machine: &Resource) -> Finding {
    let text = |field: &str| machine.text(&["status", field]).unwrap_or_default();
    let (reason, message) = (text("errorReason"), text("errorMessage"));
    let detail = message.to_lowercase();
    let mentions = |signs: &[&str]| signs.iter().any(|sign| detail.contains(sign));
    let (class, action) = if mentions(&CAPACITY) {
        (
            "the zone has insufficient capacity, ",
            "Choose another zone or instance type in the MachineSet, then delete the Machine.",
        )
    } else if mentions(&QUOTA) {
        ("the cloud quota is exceeded, ", "Increase the quota, then delete the Machine.")
    } else if detail.contains("can't find created instance") {
        ("its instance is gone, ", "Find out why the instance is gone, then delete the Machine.")
    } else {
        ("", "Fix the problem in the message, then delete the Machine.")
    };
    let field = if message.is_empty() { "phase" } else { "errorMessage" };
    let subject = Subject::of(machine);
    let summary = format!("{subject} failed, {class}{reason}: {}", excerpt(&message));
    let note = format!("phase Failed, {reason}");
    let finding =
        Finding::new(subject, summary, Evidence::field(machine, &["status", field], note))
            .since(machine.time(&["status", "lastUpdated"]))
            .keywords(format!("{reason}: {message}"))
            .action(action);
    in_zone(finding, machine)
}
