//! `Machine` stuck in deletion.
//!
//! The reason why the cloud provider does not delete an instance is only in the log of
//! machine-api-controllers.
//!
//! - openshift/api `machine/v1beta1/types_machine.go` (`LifecycleHooks`, `Drainable`, `Terminable`)
//! - openshift/cluster-etcd-operator `pkg/operator/machinedeletionhooks/machinedeletionhooks.go`
//!   (`EtcdQuorumOperator`)

use crate::catalog::prelude::*;

/// How long a drain of pods with long grace periods may take.
const GRACE: Span = Span::minutes(60);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE)])
    .check(check)
    .why(
        "The instance stays and is billed, its node stays drained, and the replacement cannot \
         finish: the control plane has one member too many, or the MachineSet has one Machine \
         too few.",
    )
    .fix(
        "Find out what blocks the deletion: a lifecycle hook that its owner must remove, a node \
         that cannot be drained, or a cloud provider that does not delete the instance.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<Machine<'_>>().count();
    let findings = cx.all::<Machine<'_>>().filter_map(|it| finding(cx, it.resource()));
    Ok(Checked::over(examined, findings))
}

/// The lifecycle hooks that block the deletion, with their owners.
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

fn finding(cx: &RuleContext<'_>, machine: &Resource) -> Option<Finding> {
    let since = deletion_requested_at(machine)?;
    let persistence = Persistence::of(cx, Some(since), GRACE);
    if persistence == Persistence::WithinGrace {
        return None;
    }
    let (subject, namespace, name) = (Subject::of(machine), machine.namespace(), machine.name());
    let hooks = hooks(machine);
    let blocking_condition = ["Drained", "Drainable", "Terminable"]
        .into_iter()
        .find_map(|it| Condition::find(machine, it).filter(|it| it.is_false()));
    let message = blocking_condition.map(|it| it.message().into_owned()).unwrap_or_default();
    let node = machine.text(&["status", "nodeRef", "name"]).unwrap_or_default();
    let (cause, advice) = if hooks.iter().any(|hook| hook.contains("EtcdQuorumOperator")) {
        (
            format!("{} blocks it until the member is removed from etcd", name_list(&hooks)),
            "Add a replacement etcd member. The hook is removed when quorum permits it.",
        )
    } else if !hooks.is_empty() {
        (format!("{} blocks it", name_list(&hooks)), "Check what the owner of the hook waits for.")
    } else if message.is_empty() {
        (
            "the collected data do not show why".to_owned(),
            "Check the log of machine-api-controllers and the drain of the node.",
        )
    } else {
        (excerpt(&message), "Fix the problem that blocks the drain of the node.")
    };
    let is_known = !hooks.is_empty() || !message.is_empty();
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} is stuck in deletion: {cause}"),
        Evidence::field(machine, &["metadata", "deletionTimestamp"], "its deletion was requested"),
    )
    .since(Some(since))
    .keywords(format!("{node} {name}"))
    .keywords(hooks.join("\n"))
    .keywords(&message)
    .evidence(
        (!hooks.is_empty())
            .then(|| Evidence::field(machine, &["spec", "lifecycleHooks"], name_list(&hooks))),
    )
    .evidence(blocking_condition.map(|it| Evidence::condition(machine, it, it.reason())))
    .fix(advice)
    .run(format!("oc describe machine.machine.openshift.io -n {namespace} {name}"))
    .run(format!("oc logs -n {namespace} deployment/machine-api-controllers --all-containers"))
    .verify(format!("oc get machines.machine.openshift.io -n {namespace}"));
    let finding = if is_known {
        finding
    } else {
        finding.possible("a drain, a lifecycle hook or the cloud provider may block it")
    };
    Some(persistence.apply(finding, RULE.meta.severity))
}
