//! A Machine that has no node yet.
//!
//! # Why it matters
//!
//! The instance is paid for and does no work: it did not boot, could not fetch its configuration, or its
//! certificate requests are not approved.
//!
//! # What to do
//!
//! Look for pending certificate requests first; then at the console of the instance, where Ignition
//! says what it cannot fetch. A Machine that stays in Provisioning waits for the cloud.
//!
//! # Blind spots
//!
//! What happens inside an instance without a node stands in no archive.
//!
//! # References
//!
//! - openshift/api `machine/v1beta1/types_machine.go` (`PhaseProvisioning`, `PhaseProvisioned`)
//! - openshift/machine-api-operator `pkg/controller/machine/controller.go`, `docs/user/TroubleShooting.md`

use mustknow_gather::kinds::{Condition, MACHINE, Machine};
use mustknow_gather::resource::Resource;
use mustknow_gather::time::Time;

use super::failed::zone;
use crate::catalog::prelude::*;
use crate::facts::{Patience, asked_to_go, excerpt};

/// How long an instance may take to become a node.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "machines/without-node",
    title: "a Machine that has no node yet",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<Machine<'_>>().count();
    let findings = case
        .all::<Machine<'_>>()
        .map(View::resource)
        .filter(|it| asked_to_go(it).is_none() && it.at(&["status", "nodeRef"]).is_none())
        .filter_map(|it| finding(case, it))
        .collect();
    Verdict::over(examined, findings, "no Machine in the archive")
}

/// Since when the instance is there, or the Machine where it is not.
fn onset(machine: &Resource) -> Option<Time> {
    Condition::find(machine, "InstanceExists")
        .filter(|it| it.is_true())
        .and_then(Condition::since)
        .or_else(|| machine.created())
}

fn finding(case: &Case<'_>, machine: &Resource) -> Option<Finding> {
    let phase = machine.text(&["status", "phase"])?;
    if !matches!(&*phase, "Provisioning" | "Provisioned") {
        return None;
    }
    let since = onset(machine);
    let patience = Patience::of(case, since, GRACE);
    if patience == Patience::Young {
        return None;
    }
    let (subject, namespace, name) = (Subject::of(machine), machine.namespace(), machine.name());
    let provider = Condition::list(machine.at(&["status", "providerStatus", "conditions"]))
        .find(|it| it.is_false() && !it.message().is_empty());
    let said = provider.map(|it| excerpt(&it.message())).unwrap_or_default();
    let is_made = phase == "Provisioned";
    let (what, doubt, advice) = if is_made {
        (
            "its instance does not become a node",
            "whether it does not boot, cannot fetch its configuration or is not approved is not \
             known",
            "Look for pending certificate requests, then at the console of the instance.",
        )
    } else {
        (
            "the cloud does not make its instance",
            "nothing but its phase says so",
            "Read the events of the Machine and the log of machine-api-controllers.",
        )
    };
    let because = if said.is_empty() { String::new() } else { format!(": {said}") };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} has no node, {what}{because}"),
        Evidence::field(machine, &["status", "phase"], format!("{phase}, without nodeRef")),
    )
    .since(since)
    .saying(format!("{namespace} {name}"))
    .saying(&said)
    .evidence(provider.map(|it| Evidence::condition(machine, it, it.reason())))
    .why("The capacity it stands for is missing.")
    .remedy(
        Remedy::new(advice)
            .command("oc get certificatesigningrequests")
            .command(format!("oc describe machine.machine.openshift.io -n {namespace} {name}"))
            .verify(format!("oc get machine.machine.openshift.io -n {namespace} {name}")),
    );
    let finding = if said.is_empty() { finding.likely(doubt) } else { finding };
    let finding = match zone(machine) {
        Some(zone) => finding.shares(Common::Zone, zone),
        None => finding,
    };
    Some(patience.weigh(finding, META.severity))
}
