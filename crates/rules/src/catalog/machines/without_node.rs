//! `Machine` without a node.
//!
//! The archive does not show what happens inside an instance that is not a node yet.
//!
//! - openshift/api `machine/v1beta1/types_machine.go` (`PhaseProvisioning`, `PhaseProvisioned`)
//! - openshift/machine-api-operator `pkg/controller/machine/controller.go`, `docs/user/TroubleShooting.md`

use super::failed::in_zone;
use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .each(&[&MACHINE], |_, machine| {
        let has_node = machine.at(&["status", "nodeRef"]).is_some();
        let is_wanted = !has_node && deletion_requested_at(machine).is_none();
        Ok(if is_wanted { finding(machine) } else { None })
    })
    // An instance takes that long to become a node.
    .grace(Span::minutes(30))
    .why(
        "The instance is billed but not used: it did not boot, could not fetch its Ignition \
         configuration, or its CSRs are not approved.",
    )
    .fix(
        "Check for pending CSRs first. Then check the console of the instance, where Ignition \
         shows what it cannot fetch. A Machine that stays in Provisioning waits for the cloud \
         provider.",
    )
    .run(&[
        "oc get certificatesigningrequests",
        "oc describe machine.machine.openshift.io -n {namespace} {name}",
    ])
    .verify(&["oc get machine.machine.openshift.io -n {namespace} {name}"]);

/// Since when the instance exists, or else the Machine.
fn fault_since(machine: &Resource) -> Option<Time> {
    let exists = Condition::find(machine, "InstanceExists").filter(|it| it.is_true());
    exists.and_then(Condition::since).or_else(|| machine.created())
}

fn finding(machine: &Resource) -> Option<Finding> {
    let phase = machine.text(&["status", "phase"])?;
    let (what, uncertainty, action) = match &*phase {
        "Provisioned" => (
            "its instance does not become a node",
            "the cause is unknown: the boot, its Ignition configuration or CSR approval may fail",
            "Check for pending CSRs, then check the console of the instance.",
        ),
        "Provisioning" => (
            "the cloud provider does not create its instance",
            "only the Machine's phase shows it",
            "Check the events of the Machine and the log of machine-api-controllers.",
        ),
        _ => return None,
    };
    let provider = Condition::list(machine.at(&["status", "providerStatus", "conditions"]))
        .find(|it| it.is_false() && !it.message().is_empty());
    let message = provider.map(Condition::message).unwrap_or_default();
    let subject = Subject::of(machine);
    let summary = format!("{subject} has no node, {what}{}", colon_excerpt(&message));
    let note = format!("{phase}, without nodeRef");
    let finding =
        Finding::new(subject, summary, Evidence::field(machine, &["status", "phase"], note))
            .since(fault_since(machine))
            .keywords(format!("{} {}", machine.namespace(), machine.name()))
            .keywords(&message)
            .evidence(provider.map(|it| Evidence::condition(machine, it, it.reason())))
            .action(action);
    let finding = if provider.is_some() { finding } else { finding.likely(uncertainty) };
    Some(in_zone(finding, machine))
}
