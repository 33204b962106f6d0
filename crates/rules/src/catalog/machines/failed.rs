//! Failed Machine.
//!
//! The messages come from the cloud provider and may show only a consequence.
//!
//! - openshift/api `machine/v1beta1/types_machine.go` (`PhaseFailed`, `errorReason`, `errorMessage`)
//! - openshift/machine-api-operator `pkg/controller/machine/controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE)])
    .check(check)
    .why(
        "The cloud provider refused to create its instance, or the instance no longer exists. A \
         failed Machine is never retried. Its capacity is missing until the Machine is deleted \
         and replaced.",
    )
    .fix(
        "Fix the problem in the message (quota, image, subnet, credentials, capacity of the \
         zone), then delete the Machine. Its MachineSet creates another one.",
    );

/// Messages of cloud providers about exceeded quotas and insufficient capacity.
const QUOTA: [&str; 5] =
    ["quota", "limitexceeded", "limit exceeded", "exceeded the limit", "insufficient resources"];
const CAPACITY: [&str; 4] = [
    "insufficientinstancecapacity",
    "zonalallocationfailed",
    "allocationfailed",
    "zone_resource_pool_exhausted",
];

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<Machine<'_>>().count();
    let findings = cx
        .all::<Machine<'_>>()
        .map(View::resource)
        .filter(|it| it.text(&["status", "phase"]).as_deref() == Some("Failed"))
        .filter(|it| deletion_requested_at(it).is_none())
        .map(finding);
    Ok(Checked::over(examined, findings))
}

/// The zone of a Machine, by its label.
pub(super) fn zone(machine: &Resource) -> Option<String> {
    machine.label("machine.openshift.io/zone").map(Cow::into_owned).filter(|it| !it.is_empty())
}

fn finding(machine: &Resource) -> Finding {
    let (subject, namespace, name) = (Subject::of(machine), machine.namespace(), machine.name());
    let text = |field: &str| machine.text(&["status", field]).unwrap_or_default();
    let (reason, message) = (text("errorReason"), text("errorMessage"));
    let detail = message.to_lowercase();
    let mentions = |signs: &[&str]| signs.iter().any(|sign| detail.contains(sign));
    let (class, advice) = if mentions(&CAPACITY) {
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
    let field: &[&str] =
        if message.is_empty() { &["status", "phase"] } else { &["status", "errorMessage"] };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} failed, {class}{reason}: {}", excerpt(&message)),
        Evidence::field(machine, field, format!("phase Failed, {reason}")),
    )
    .since(machine.time(&["status", "lastUpdated"]))
    .keywords(format!("{reason}: {message}"))
    .fix(advice)
    .run(format!("oc describe machine.machine.openshift.io -n {namespace} {name}"))
    .before("the problem in the message is fixed", Proof::ByHand(String::new()))
    .verify(format!("oc get machines.machine.openshift.io -n {namespace}"));
    match zone(machine) {
        Some(zone) => finding.group_by(GroupKey::Zone, zone),
        None => finding,
    }
}
