//! A MachineSet with fewer ready Machines than it should have.
//!
//! # Why it matters
//!
//! The cluster has less room than was asked for, and pods may find no node.
//!
//! # What to do
//!
//! Look at the Machines of the set that have no ready node: what holds them is a finding of its own
//! where the archive shows it.
//!
//! # Blind spots
//!
//! A MachineSet does not say since when it is short. It is reported only when one of the Machines it
//! lacks was made, or lost its node, long ago.
//!
//! # References
//!
//! - openshift/machine-api-operator `pkg/controller/machineset/status.go` (`readyReplicas`)
//! - openshift/api `machine/v1beta1/types_machineset.go`

use std::borrow::Cow;

use mustknow_gather::kinds::{Condition, MACHINE, MACHINE_SET, Machine, MachineSet, Node};
use mustknow_gather::resource::Resource;
use mustknow_gather::time::Time;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{Patience, asked_to_go, few};

/// How long a Machine may take to become a node, with another attempt.
const GRACE: Span = Span::minutes(60);

pub(super) static META: Meta = Meta {
    id: "machines/set-short",
    title: "a MachineSet with fewer ready Machines than it should have",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_SET), Need::Kind(&MACHINE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<MachineSet<'_>>().count();
    let findings =
        case.all::<MachineSet<'_>>().filter_map(|it| finding(case, it.resource())).collect();
    Verdict::over(examined, findings, "no MachineSet in the archive")
}

fn finding(case: &Case<'_>, set: &Resource) -> Option<Finding> {
    let number = |path: &[&str]| set.at(path).and_then(Value::as_i64);
    let wanted = number(&["spec", "replicas"])?;
    let ready = number(&["status", "readyReplicas"]).unwrap_or(0);
    if ready >= wanted || asked_to_go(set).is_some() {
        return None;
    }
    let missing: Vec<(&Resource, Option<Time>)> = case
        .within::<Machine<'_>>(set.namespace())
        .map(View::resource)
        .filter(|it| is_of(it, set.name()))
        .filter(|it| is_lost(case, it))
        .map(|it| (it, lost_since(case, it)))
        .collect();
    let since = missing.iter().filter_map(|(_, since)| *since).min();
    let patience = Patience::of(case, since, GRACE);
    if missing.is_empty() || patience != Patience::Outlasted {
        return None;
    }
    let names: Vec<_> = missing.iter().map(|(it, _)| it.name()).collect();
    let nodes: Vec<_> = missing.iter().filter_map(|(it, _)| node(it)).collect();
    let (subject, namespace) = (Subject::of(set), set.namespace());
    let evidence = missing.iter().take(3).map(|(it, _)| {
        Evidence::field(it, &["status", "phase"], "a Machine of the set without a ready node")
    });
    Some(
        Finding::new(
            subject.clone(),
            format!("{subject} has {ready} of {wanted} Machines ready; not ready: {}", few(&names)),
            Evidence::field(set, &["spec", "replicas"], format!("{ready} are ready")),
        )
        .since(since)
        .saying(names.join("\n"))
        .saying(nodes.join("\n"))
        .evidence(evidence)
        .why("The cluster has less room than was asked for.")
        .remedy(
            Remedy::new("Look at the Machines of the set that have no ready node.")
                .command(format!("oc get machines.machine.openshift.io -n {namespace} -o wide"))
                .verify(format!("oc get machinesets.machine.openshift.io -n {namespace}")),
        ),
    )
}

fn is_of(machine: &Resource, set: &str) -> bool {
    machine.label("machine.openshift.io/cluster-api-machineset").as_deref() == Some(set)
}

fn node(machine: &Resource) -> Option<String> {
    machine.text(&["status", "nodeRef", "name"]).map(Cow::into_owned)
}

/// What its node says of being ready; None without a node, or where it was not collected.
fn ready<'s>(case: &Case<'s>, machine: &Resource) -> Option<Condition<'s>> {
    case.find::<Node<'s>>("", &node(machine)?)?.condition("Ready")
}

/// Whether a Machine stands for no ready node, as far as the archive tells.
fn is_lost(case: &Case<'_>, machine: &Resource) -> bool {
    node(machine).is_none() || ready(case, machine).is_some_and(|ready| !ready.is_true())
}

/// Since when.
fn lost_since(case: &Case<'_>, machine: &Resource) -> Option<Time> {
    match node(machine) {
        Some(_) => ready(case, machine)?.since(),
        None => machine.created(),
    }
}
