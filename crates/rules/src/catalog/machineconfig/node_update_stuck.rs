//! A node whose update stands still in one of its steps.
//!
//! # Why it matters
//!
//! Each node has a `MachineConfigNode` that says which step of an update it is in. A step takes
//! minutes; one that lasts for more than an hour hangs, and the pool waits for its node.
//!
//! # What to do
//!
//! Look at what the step does: `RebootedNode` waits for a machine that does not come back,
//! `AppliedFilesAndOS` for rpm-ostree and the image, `UpdatePostActionComplete` for a reload.
//!
//! # Blind spots
//!
//! `MachineConfigNode` is there by default in late releases of 4 only. A step that drains the node
//! is left to `machineconfig/drain-blocked`.
//!
//! # References
//!
//! - openshift/api `machineconfiguration/v1/types_machineconfignode.go`
//! - openshift/machine-config-operator `pkg/upgrademonitor/upgrade_monitor.go`

use mustknow_gather::kinds::{
    Condition, MACHINE_CONFIG_NODE, MACHINE_CONFIG_POOL, MachineConfigNode, Status,
};

use crate::catalog::prelude::*;
use crate::facts::excerpt;

/// How long one step may last: rpm-ostree on a slow disk takes the longest.
const LIMIT: Span = Span::minutes(60);
/// Steps, the inner ones first; the outer ones last as long as what they consist of.
const STEPS: [&str; 11] = [
    "ImagePulledFromRegistry",
    "AppliedFiles",
    "AppliedOSImage",
    "AppliedFilesAndOS",
    "RebootedNode",
    "Uncordoned",
    "UpdatePostActionComplete",
    "UpdateComplete",
    "Resumed",
    "UpdatePrepared",
    "UpdateExecuted",
];

pub(super) static META: Meta = Meta {
    id: "machineconfig/node-update-stuck",
    title: "a node whose update stands still in one of its steps",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[Need::Kind(&MACHINE_CONFIG_NODE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<MachineConfigNode<'_>>() {
        examined += 1;
        findings.extend(step(node).and_then(|step| finding(case, node, step)));
    }
    Verdict::over(examined, findings, "no MachineConfigNode in the archive")
}

/// The step the node is in; None while it is drained, and when it is in none.
fn step(node: MachineConfigNode<'_>) -> Option<Condition<'_>> {
    let is_under_way = |name: &str| {
        node.condition(name).filter(|condition| {
            condition.status() == Status::Unknown && condition.reason() != "NotYetOccurred"
        })
    };
    let is_updated = node.condition("Updated").is_some_and(Condition::is_true);
    let is_drained = is_under_way("Drained").is_some() || is_under_way("Cordoned").is_some();
    if is_updated || is_drained {
        return None;
    }
    STEPS.into_iter().find_map(is_under_way)
}

fn finding<'s>(
    case: &Case<'s>,
    node: MachineConfigNode<'s>,
    step: Condition<'s>,
) -> Option<Finding> {
    let age = case.age(step.since()).filter(|age| *age > LIMIT)?;
    let resource = node.resource();
    let name = resource.text(&["spec", "node", "name"]).unwrap_or(resource.name().into());
    let pool = resource.text(&["spec", "pool", "name"]).unwrap_or_default();
    let message = step.message();
    let summary = format!(
        "the update of node {name} has been in step {} for {age}: {}",
        step.name(),
        excerpt(&message)
    );
    let evidence = Evidence::condition(resource, step, "the step is neither done nor failed");
    let is_vital = pool == "master";
    Some(
        Finding::new(Subject::view(node), summary, evidence)
            .severity(if is_vital { Severity::Critical } else { Severity::Error })
            .since(step.since())
            .saying(&name)
            .saying(&pool)
            .saying(step.name())
            .saying(&message)
            .why(
                "A step of an update takes minutes. The daemon of the node hangs in this one, or \
                 the node did not come back from its reboot, and its pool waits.",
            )
            .remedy(
                Remedy::new("Look at the node and at its machine-config daemon.")
                    .command(format!("oc describe machineconfignode {name}"))
                    .command(
                        "oc get pods -n openshift-machine-config-operator -o wide -l \
                         k8s-app=machine-config-daemon",
                    )
                    .verify(format!("oc get node {name}")),
            ),
    )
}
