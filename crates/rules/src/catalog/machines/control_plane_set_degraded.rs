//! A ControlPlaneMachineSet that is degraded.
//!
//! # Why it matters
//!
//! It replaces no control-plane Machine any more: neither one that failed nor one whose definition
//! changed.
//!
//! # What to do
//!
//! It depends on the reason, which the finding names: a replacement that failed, nodes without a
//! Machine, or more Machines than there are members.
//!
//! # Blind spots
//!
//! A set that is Inactive does nothing, and nothing is expected of it.
//!
//! # References
//!
//! - openshift/cluster-control-plane-machine-set-operator
//!   `pkg/controllers/controlplanemachineset/consts.go`, `controller.go`, `updates.go`

use mustknow_gather::kinds::{CONTROL_PLANE_MACHINE_SET, ControlPlaneMachineSet};

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt};

/// How long it may last while a Machine is replaced.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "machines/control-plane-set-degraded",
    title: "a ControlPlaneMachineSet that is degraded",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CONTROL_PLANE_MACHINE_SET)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<ControlPlaneMachineSet<'_>>().count();
    let findings =
        case.all::<ControlPlaneMachineSet<'_>>().filter_map(|it| finding(case, it)).collect();
    Verdict::over(examined, findings, "no ControlPlaneMachineSet in the archive")
}

fn finding(case: &Case<'_>, set: ControlPlaneMachineSet<'_>) -> Option<Finding> {
    let resource = set.resource();
    if resource.text(&["spec", "state"]).as_deref() == Some("Inactive") {
        return None;
    }
    let condition = set.condition("Degraded").filter(|it| it.is_true())?;
    let patience = Patience::of(case, condition.since(), GRACE);
    if patience == Patience::Young {
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
    .saying(format!("{reason}: {message}"))
    .why("No control-plane Machine is replaced while it is.")
    .remedy(
        Remedy::new(advice(&reason))
            .command(format!(
                "oc describe controlplanemachineset -n {namespace} {}",
                resource.name()
            ))
            .command(format!("oc get machines.machine.openshift.io -n {namespace} -o wide"))
            .verify("oc get clusteroperator control-plane-machine-set"),
    );
    Some(patience.weigh(finding, META.severity))
}

fn advice(reason: &str) -> &'static str {
    match reason {
        "FailedReplacement" => {
            "Read why the replacement failed in its Machine, mend that, and delete the replacement."
        }
        "UnmanagedNodes" => "Find the control-plane nodes that no Machine stands for.",
        "ExcessIndexes" | "ExcessUpdatedReplicas" => {
            "Look which Machine is one too many, and whether its etcd member is a healthy one."
        }
        "MachinesAlreadyOwned" => "Find the owner that the control-plane Machines already have.",
        "InvalidStrategy" => "Correct the strategy in the spec of the set.",
        "NoReadyMachines" => "Look at the control-plane Machines and their nodes: none is ready.",
        _ => "Mend what the message names.",
    }
}
