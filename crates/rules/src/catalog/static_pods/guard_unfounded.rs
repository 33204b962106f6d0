//! Guard pod without its static pod on a control-plane node.
//!
//! While a revision is rolled out or a node restarts, the static pod is missing for a few minutes.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/guard/guard_controller.go`

use crate::catalog::prelude::*;

/// How long a node may be unavailable during a restart.
const GRACE: Span = Span::minutes(20);

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    .grace(GRACE)
    .why(
        "Each static pod has a guard pod that is ready only while the static pod is ready. A \
         PodDisruptionBudget on the guard pods prevents two control-plane nodes from being \
         drained at the same time. If the static pod is missing, the component is not available \
         on the node, and drains of other nodes may be blocked.",
    )
    .fix("Find out why the kubelet of the node does not run the static pod.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let conditions = &["GuardControllerDegraded"];
    OperatorCondition::judge(cx, STATIC_PODS, conditions, |condition| {
        let nodes = without_operand(&condition.state.message);
        if nodes.is_empty() {
            return None;
        }
        let operator = condition.operator;
        let summary = match nodes.as_slice() {
            [node] => format!("node {node} does not run the static pod of {operator}"),
            _ => format!("nodes {} do not run the static pod of {operator}", name_list(&nodes)),
        };
        let namespace = condition.namespace();
        let first = nodes.first().copied().unwrap_or_default();
        let finding = match nodes.as_slice() {
            [only] => condition.finding(summary).group_by(GroupKey::Node, *only),
            _ => condition.finding(summary),
        };
        Some(
            finding
                .keywords(nodes.join(" "))
                .run(format!("oc get pods -n {namespace} -o wide"))
                .run(format!("oc adm node-logs {first} -u kubelet --since=-1h"))
                .verify(format!("oc get pods -n {namespace} -o wide")),
        )
    })
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
