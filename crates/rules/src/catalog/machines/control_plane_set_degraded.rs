//! Degraded ControlPlaneMachineSet.
//!
//! An Inactive ControlPlaneMachineSet does nothing by design and is ignored.
//!
//! - openshift/cluster-control-plane-machine-set-operator
//!   `pkg/controllers/controlplanemachineset/consts.go`, `controller.go`, `updates.go`

use crate::catalog::prelude::*;

/// How long the condition may last while a Machine is replaced.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&CONTROL_PLANE_MACHINE_SET)])
    .check(check)
    .why(
        "It no longer replaces control-plane Machines, neither failed ones nor ones with a \
         changed specification.",
    )
    .fix(
        "It depends on the reason, which the finding shows: a failed replacement, nodes without \
         a Machine, or too many Machines.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<ControlPlaneMachineSet<'_>>().count();
    let findings = cx.all::<ControlPlaneMachineSet<'_>>().filter_map(|it| finding(cx, it));
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, set: ControlPlaneMachineSet<'_>) -> Option<Finding> {
    let resource = set.resource();
    if resource.text(&["spec", "state"]).as_deref() == Some("Inactive") {
        return None;
    }
    let condition = set.condition("Degraded").filter(|it| it.is_true())?;
    let persistence = Persistence::of(cx, condition.since(), GRACE);
    if persistence == Persistence::WithinGrace {
        return None;
    }
    let (subject, namespace) = (Subject::of(resource), resource.namespace());
    let (reason, message) = (condition.reason(), condition.message());
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} is degraded, {reason}: {}", excerpt(&message)),
        Evidence::condition(resource, condition, reason.clone()),
    )
    .since(condition.since())
    .keywords(format!("{reason}: {message}"))
    .fix(advice(&reason))
    .run(format!("oc describe controlplanemachineset -n {namespace} {}", resource.name()))
    .run(format!("oc get machines.machine.openshift.io -n {namespace} -o wide"))
    .verify("oc get clusteroperator control-plane-machine-set");
    Some(persistence.apply(finding, RULE.meta.severity))
}

fn advice(reason: &str) -> &'static str {
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
