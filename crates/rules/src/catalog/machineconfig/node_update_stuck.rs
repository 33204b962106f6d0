//! Node update stuck in one step.
//!
//! `MachineConfigNode` exists by default only in late 4.x releases. A step that drains the node is
//! reported by `machineconfig/drain-blocked`.
//!
//! - openshift/api `machineconfiguration/v1/types_machineconfignode.go`
//! - openshift/machine-config-operator `pkg/upgrademonitor/upgrade_monitor.go`

use crate::catalog::prelude::*;

/// Steps, inner steps first. An outer step lasts as long as the inner steps it contains.
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

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&MACHINE_CONFIG_NODE)])
    .check(|cx| {
        let nodes = cx.all::<MachineConfigNode<'_>>();
        Checked::each(nodes, |node| Ok(step(node).map(|step| finding(cx, node, step))))
    })
    // The longest step is rpm-ostree on a slow disk.
    .grace(Span::minutes(60))
    .why(
        "Each node has a MachineConfigNode that shows the current step of an update. A step \
         takes minutes. If it lasts for more than an hour, it is stuck, and the pool waits for \
         the node.",
    )
    .fix(
        "Check what the step does: RebootedNode waits for a machine that does not come back, \
         AppliedFilesAndOS for rpm-ostree and the image, UpdatePostActionComplete for a reload.",
    )
    .run(&[
        "oc describe machineconfignode {name}",
        "oc get pods -n openshift-machine-config-operator -o wide -l k8s-app=machine-config-daemon",
    ])
    .verify(&["oc get node {node}"]);

/// The current step of the node; None while it is drained, and if there is no step.
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

fn finding(cx: &RuleContext<'_>, node: MachineConfigNode<'_>, step: Condition<'_>) -> Finding {
    let resource = node.resource();
    let name = resource.text(&["spec", "node", "name"]).unwrap_or(resource.name().into());
    let pool = resource.text(&["spec", "pool", "name"]).unwrap_or_default();
    let (state, message) = (step.name(), step.message());
    let age = cx.age(step.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let detail = excerpt(&message);
    let summary = format!("the update of node {name} has been in step {state}{age}: {detail}");
    let evidence = Evidence::condition(resource, step, "the step has not completed or failed");
    Finding::new(Subject::view(node), summary, evidence)
        .severity(if pool == "master" { Critical } else { Error })
        .since(step.since())
        .keywords(format!("{name}\n{pool}\n{state}"))
        .keywords(&message)
        .with("node", name)
}
