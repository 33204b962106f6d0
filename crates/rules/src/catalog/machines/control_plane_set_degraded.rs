//! Degraded ControlPlaneMachineSet.
//!
//! An Inactive ControlPlaneMachineSet does nothing by design and is ignored.
//!
//! - openshift/cluster-control-plane-machine-set-operator
//!   `pkg/controllers/controlplanemachineset/consts.go`, `controller.go`, `updates.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .each(&[&CONTROL_PLANE_MACHINE_SET], |_, set| {
        let is_active = set.text(&["spec", "state"]).as_deref() != Some("Inactive");
        let degraded = Condition::find(set, "Degraded").filter(|it| is_active && it.is_true());
        Ok(degraded.map(|degraded| finding(set, degraded)))
    })
    // It is degraded for some time while a Machine is replaced.
    .grace(Span::minutes(15))
    .why(
        "It no longer replaces control-plane Machines, neither failed ones nor ones with a \
         changed specification.",
    )
    .fix(
        "It depends on the reason, which the finding shows: a failed replacement, nodes without \
         a Machine, or too many Machines.",
    )
    .run(&[
        "oc describe controlplanemachineset -n {namespace} {name}",
        "oc get machines.machine.openshift.io -n {namespace} -o wide",
    ])
    .verify(&["oc get clusteroperator control-plane-machine-set"]);

fn finding(set: &Resource, degraded: Condition<'_>) -> Finding {
    let (reason, message) = (degraded.reason(), degraded.message());
    let subject = Subject::of(set);
    let summary = format!("{subject} is degraded, {reason}: {}", excerpt(&message));
    Finding::new(subject, summary, Evidence::condition(set, degraded, reason.clone()))
        .since(degraded.since())
        .keywords(format!("{reason}: {message}"))
        .action(action(&reason))
}

fn action(reason: &str) -> &'static str {
    match reason {
        "FailedReplacement" => {
            "Fix the failure reported by the replacement Machine, then delete that Machine."
        }
        "UnmanagedNodes" => "Find the control-plane nodes that have no Machine.",
        "ExcessIndexes" | "ExcessUpdatedReplicas" => {
            "Find the Machine that is one too many, and check whether its etcd member is healthy."
        }
        "MachinesAlreadyOwned" => "Find the current owner of the control-plane Machines.",
        "InvalidStrategy" => "Correct the strategy in the spec of the ControlPlaneMachineSet.",
        "NoReadyMachines" => "Check the control-plane Machines and their nodes: none is ready.",
        _ => "Fix the problem in the message.",
    }
}
