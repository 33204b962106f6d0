//! `Machine` stuck in deletion.
//!
//! The reason why the cloud provider does not delete an instance is only in the log of
//! machine-api-controllers.
//!
//! - openshift/api `machine/v1beta1/types_machine.go` (`LifecycleHooks`, `Drainable`, `Terminable`)
//! - openshift/cluster-etcd-operator `pkg/operator/machinedeletionhooks/machinedeletionhooks.go`
//!   (`EtcdQuorumOperator`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .each(&[&MACHINE], |_, machine| {
        let requested = deletion_requested_at(machine);
        Ok(requested.map(|requested| finding(machine).since(Some(requested))))
    })
    // A drain of pods with long grace periods takes that long.
    .grace(Span::minutes(60))
    .why(
        "The instance stays and is billed, its node stays drained, and the replacement cannot \
         finish: the control plane has one member too many, or the MachineSet has one Machine \
         too few.",
    )
    .fix(
        "Find out what blocks the deletion: a lifecycle hook that its owner must remove, a node \
         that cannot be drained, or a cloud provider that does not delete the instance.",
    )
    .run(&[
        "oc describe machine.machine.openshift.io -n {namespace} {name}",
        "oc logs -n {namespace} deployment/machine-api-controllers --all-containers",
    ])
    .verify(&["oc get machines.machine.openshift.io -n {namespace}"]);

/// The lifecycle hooks that block the deletion, with their owners.
fn hooks(machine: &Resource) -> Vec<String> {
    let stages = ["preDrain", "preTerminate"].into_iter();
    let hooks = stages.flat_map(|stage| {
        let hooks = machine.at(&["spec", "lifecycleHooks", stage]).into_iter();
        hooks.flat_map(Value::items).map(move |hook| {
            let text = |field: &str| hook.text_at(&[field]).unwrap_or_default();
            format!("{stage} {} of {}", text("name"), text("owner"))
        })
    });
    hooks.collect()
}

fn finding(machine: &Resource) -> Finding {
    let hooks = hooks(machine);
    let blocking = ["Drained", "Drainable", "Terminable"]
        .into_iter()
        .find_map(|it| Condition::find(machine, it).filter(|it| it.is_false()));
    let message = blocking.map(Condition::message).unwrap_or_default();
    let node = machine.text(&["status", "nodeRef", "name"]).unwrap_or_default();
    let is_known = !hooks.is_empty() || !message.is_empty();
    let (cause, action) = if hooks.iter().any(|hook| hook.contains("EtcdQuorumOperator")) {
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
    let subject = Subject::of(machine);
    let summary = format!("{subject} is stuck in deletion: {cause}");
    let path = ["metadata", "deletionTimestamp"];
    let evidence = Evidence::field(machine, &path, "its deletion was requested");
    let hooked = (!hooks.is_empty())
        .then(|| Evidence::field(machine, &["spec", "lifecycleHooks"], name_list(&hooks)));
    let finding = Finding::new(subject, summary, evidence)
        .keywords(format!("{node} {}", machine.name()))
        .keywords(hooks.join("\n"))
        .keywords(&message)
        .evidence(hooked)
        .evidence(blocking.map(|it| Evidence::condition(machine, it, it.reason())))
        .action(action);
    if is_known {
        finding
    } else {
        finding.possible("a drain, a lifecycle hook or the cloud provider may block it")
    }
}
