//! Guard pod without its static pod on a control-plane node.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/guard/guard_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .condition(STATIC_PODS, &["GuardControllerDegraded"], finding)
    // How long a node may be unavailable during a restart.
    .grace(Span::minutes(20))
    .why(
        "Each static pod has a guard pod that is ready only while the static pod is ready. A \
         PodDisruptionBudget on the guard pods prevents two control-plane nodes from being \
         drained at the same time. If the static pod is missing, the component is not available \
         on the node, and drains of other nodes may be blocked.",
    )
    .fix("Find out why the kubelet of the node does not run the static pod.")
    .run(&["oc get pods -n {namespace} -o wide", "oc adm node-logs {node} -u kubelet --since=-1h"])
    .verify(&["oc get pods -n {namespace} -o wide"]);

fn finding(bad: &OperatorCondition<'_>) -> Option<Finding> {
    let nodes = without_operand(&bad.state.message);
    let (first, operator) = (*nodes.first()?, bad.operator);
    let summary = match nodes.as_slice() {
        [node] => format!("node {node} does not run the static pod of {operator}"),
        _ => format!("nodes {} do not run the static pod of {operator}", name_list(&nodes)),
    };
    let finding = bad.finding(summary).with("node", first).keywords(nodes.join(" "));
    Some(if nodes.len() == 1 { finding.group_by(GroupKey::Node, first) } else { finding })
}

/// The nodes of `Missing operand on node <n>` and `Missing PodIP in operand <pod> on node <n>`.
fn without_operand(message: &str) -> Vec<&str> {
    let mut nodes: Vec<_> = message
        .split("Missing ")
        .filter_map(|part| part.split_once("on node "))
        .filter_map(|(_, rest)| rest.split([',', ']', '\n', ' ']).next())
        .filter(|node| is_shell_safe(node))
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
