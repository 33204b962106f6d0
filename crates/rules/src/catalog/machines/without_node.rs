//! `Machine` without a node.
//!
//! The archive does not show what happens inside an instance that is not a node yet.
//!
//! - openshift/api `machine/v1beta1/types_machine.go` (`PhaseProvisioning`, `PhaseProvisioned`)
//! - openshift/machine-api-operator `pkg/controller/machine/controller.go`, `docs/user/TroubleShooting.md`

use super::failed::zone;
use crate::catalog::prelude::*;

/// How long an instance may take to become a node.
const GRACE: Span = Span::minutes(30);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE)])
    .check(check)
    .why(
        "The instance is billed but not used: it did not boot, could not fetch its Ignition \
         configuration, or its CSRs are not approved.",
    )
    .fix(
        "Check for pending CSRs first. Then check the console of the instance, where Ignition \
         shows what it cannot fetch. A Machine that stays in Provisioning waits for the cloud \
         provider.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<Machine<'_>>().count();
    let findings = cx
        .all::<Machine<'_>>()
        .map(View::resource)
        .filter(|it| deletion_requested_at(it).is_none() && it.at(&["status", "nodeRef"]).is_none())
        .filter_map(|it| finding(cx, it));
    Ok(Checked::over(examined, findings))
}

/// Since when the instance exists, or else the Machine.
fn fault_since(machine: &Resource) -> Option<Time> {
    Condition::find(machine, "InstanceExists")
        .filter(|it| it.is_true())
        .and_then(Condition::since)
        .or_else(|| machine.created())
}

fn finding(cx: &RuleContext<'_>, machine: &Resource) -> Option<Finding> {
    let phase = machine.text(&["status", "phase"])?;
    if !matches!(&*phase, "Provisioning" | "Provisioned") {
        return None;
    }
    let since = fault_since(machine);
    let persistence = Persistence::of(cx, since, GRACE);
    if persistence == Persistence::WithinGrace {
        return None;
    }
    let (subject, namespace, name) = (Subject::of(machine), machine.namespace(), machine.name());
    let provider = Condition::list(machine.at(&["status", "providerStatus", "conditions"]))
        .find(|it| it.is_false() && !it.message().is_empty());
    let provider_message = provider.map(|it| excerpt(&it.message())).unwrap_or_default();
    let is_made = phase == "Provisioned";
    let (what, uncertainty, advice) = if is_made {
        (
            "its instance does not become a node",
            "the cause is unknown: the boot, its Ignition configuration or CSR approval may fail",
            "Check for pending CSRs, then check the console of the instance.",
        )
    } else {
        (
            "the cloud provider does not create its instance",
            "only the Machine's phase shows it",
            "Check the events of the Machine and the log of machine-api-controllers.",
        )
    };
    let message_suffix =
        if provider_message.is_empty() { String::new() } else { format!(": {provider_message}") };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} has no node, {what}{message_suffix}"),
        Evidence::field(machine, &["status", "phase"], format!("{phase}, without nodeRef")),
    )
    .since(since)
    .keywords(format!("{namespace} {name}"))
    .keywords(&provider_message)
    .evidence(provider.map(|it| Evidence::condition(machine, it, it.reason())))
    .fix(advice)
    .run("oc get certificatesigningrequests")
    .run(format!("oc describe machine.machine.openshift.io -n {namespace} {name}"))
    .verify(format!("oc get machine.machine.openshift.io -n {namespace} {name}"));
    let finding = if provider_message.is_empty() { finding.likely(uncertainty) } else { finding };
    let finding = match zone(machine) {
        Some(zone) => finding.group_by(GroupKey::Zone, zone),
        None => finding,
    };
    Some(persistence.apply(finding, RULE.meta.severity))
}
