//! A Machine that does not go.
//!
//! # Why it matters
//!
//! The instance stays and is paid for, its node stays drained, and what waits for the Machine to be
//! replaced waits on: a control plane with one member too many, or a MachineSet with one too few.
//!
//! # What to do
//!
//! Find out what holds it: a lifecycle hook, whose owner must take it off, a node that cannot be
//! drained, or a cloud that does not delete the instance.
//!
//! # Blind spots
//!
//! Why the cloud does not delete an instance stands in the log of machine-api-controllers.
//!
//! # References
//!
//! - openshift/api `machine/v1beta1/types_machine.go` (`LifecycleHooks`, `Drainable`, `Terminable`)
//! - openshift/cluster-etcd-operator `pkg/operator/machinedeletionhooks/machinedeletionhooks.go`
//!   (`EtcdQuorumOperator`)

use mustknow_gather::kinds::{Condition, MACHINE, Machine};
use mustknow_gather::resource::Resource;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{Patience, asked_to_go, excerpt, few};

/// How long a drain may take whose pods have long grace periods.
const GRACE: Span = Span::minutes(60);

pub(super) static META: Meta = Meta {
    id: "machines/deletion-stuck",
    title: "a Machine that does not go",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<Machine<'_>>().count();
    let findings =
        case.all::<Machine<'_>>().filter_map(|it| finding(case, it.resource())).collect();
    Verdict::over(examined, findings, "no Machine in the archive")
}

/// The hooks that hold it, with who put them there.
fn hooks(machine: &Resource) -> Vec<String> {
    let of = |stage: &str| {
        let all = machine.at(&["spec", "lifecycleHooks", stage]).into_iter().flat_map(Value::items);
        let named = |hook: Value<'_>| {
            let text = |field: &str| hook.text_at(&[field]).unwrap_or_default();
            format!("{stage} {} of {}", text("name"), text("owner"))
        };
        all.map(named).collect::<Vec<_>>()
    };
    [of("preDrain"), of("preTerminate")].concat()
}

fn finding(case: &Case<'_>, machine: &Resource) -> Option<Finding> {
    let since = asked_to_go(machine)?;
    let patience = Patience::of(case, Some(since), GRACE);
    if patience == Patience::Young {
        return None;
    }
    let (subject, namespace, name) = (Subject::of(machine), machine.namespace(), machine.name());
    let hooks = hooks(machine);
    let said = ["Drained", "Drainable", "Terminable"]
        .into_iter()
        .find_map(|it| Condition::find(machine, it).filter(|it| it.is_false()));
    let message = said.map(|it| it.message().into_owned()).unwrap_or_default();
    let node = machine.text(&["status", "nodeRef", "name"]).unwrap_or_default();
    let (because, advice) = if hooks.iter().any(|hook| hook.contains("EtcdQuorumOperator")) {
        (
            format!("{} holds it until the member has left etcd", few(&hooks)),
            "Bring a replacement into etcd: the hook goes when the quorum no longer needs the member.",
        )
    } else if !hooks.is_empty() {
        (format!("{} holds it", few(&hooks)), "Ask the owner of the hook what it waits for.")
    } else if message.is_empty() {
        (
            "nothing collected says why".to_owned(),
            "Read the log of machine-api-controllers, and look at the drain of the node.",
        )
    } else {
        (excerpt(&message), "Mend what keeps the node from being drained.")
    };
    let is_known = !hooks.is_empty() || !message.is_empty();
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} does not go: {because}"),
        Evidence::field(machine, &["metadata", "deletionTimestamp"], "it was asked to go"),
    )
    .since(Some(since))
    .saying(format!("{node} {name}"))
    .saying(hooks.join("\n"))
    .saying(&message)
    .evidence(
        (!hooks.is_empty())
            .then(|| Evidence::field(machine, &["spec", "lifecycleHooks"], few(&hooks))),
    )
    .evidence(said.map(|it| Evidence::condition(machine, it, it.reason())))
    .why("Its instance stays, and what waits for it to be replaced waits on.")
    .remedy(
        Remedy::new(advice)
            .command(format!("oc describe machine.machine.openshift.io -n {namespace} {name}"))
            .command(format!(
                "oc logs -n {namespace} deployment/machine-api-controllers --all-containers"
            ))
            .verify(format!("oc get machines.machine.openshift.io -n {namespace}")),
    );
    let finding = if is_known {
        finding
    } else {
        finding.possible("a drain, a hook or the cloud may hold it")
    };
    Some(patience.weigh(finding, META.severity))
}
