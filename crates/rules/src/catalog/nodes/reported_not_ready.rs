//! NotReady control-plane node reported only by ClusterOperators.
//!
//! This rule covers only nodes without a Node object in the archive. Others are reported by
//! `nodes/not-ready` and `nodes/kubelet-silent`.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/node/node_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    // How long a node may be unavailable during a restart.
    .grace(Span::minutes(15))
    .why(
        "etcd, kube-apiserver, kube-controller-manager and kube-scheduler each run one static \
         pod on each control-plane node, and each of their operators reports the same node as \
         not ready. While the node is unavailable, etcd has no redundancy, no new revision is \
         rolled out, and an update is stuck.",
    )
    .fix("Check the journal of the kubelet on the node. The operators recover within minutes.")
    .run(&["oc describe node {name}", "oc adm node-logs {name} -u kubelet --since=-1h"])
    .verify(&["oc get nodes"]);

/// The condition of one operator, and since when and why it says that a node is not ready.
type NodeReport<'w> = (&'w OperatorCondition<'w>, Option<Time>, &'w str);

fn check(cx: &RuleContext<'_>) -> Judged {
    let (collected, bad) = OperatorCondition::all(cx, STATIC_PODS, &["NodeControllerDegraded"])
        .ok_or_else(|| conditions_gap(STATIC_PODS))?;
    let mut nodes: BTreeMap<&str, Vec<NodeReport<'_>>> = BTreeMap::new();
    for condition in &bad {
        for (node, since, reason) in named(&condition.state.message) {
            nodes.entry(node).or_default().push((condition, since, reason));
        }
    }
    let is_shown = |node: &str| {
        cx.find::<Node<'_>>("", node).is_some_and(|it| it.condition("Ready").is_some())
    };
    nodes.retain(|node, _| !is_shown(node));
    let findings = nodes.iter().filter_map(|(node, reports)| finding(node, reports));
    Ok(Checked::over(collected, findings))
}

/// The nodes of a message: `node "a" not ready since TIME because REASON (WORDS), node "b" ...`.
fn named(message: &str) -> impl Iterator<Item = (&str, Option<Time>, &str)> {
    message.split("node \"").skip(1).filter_map(|part| {
        let (node, rest) = part.split_once("\" not ready")?;
        let (since, reason) = rest
            .strip_prefix(" since ")
            .and_then(|rest| rest.split_once(" because "))
            .map_or((None, ""), |(since, reason)| (time::go(since), reason));
        is_shell_safe(node).then_some((node, since, reason.trim_end_matches([',', ' ', '\n'])))
    })
}

fn finding(node: &str, reports: &[NodeReport<'_>]) -> Option<Finding> {
    let operators: Vec<_> = reports.iter().map(|(condition, ..)| condition.operator).collect();
    let reason = reports.iter().map(|(.., reason)| *reason).find(|reason| !reason.is_empty());
    let reporters = if operators.len() == 1 { "the operator" } else { "the operators" };
    let summary = format!(
        "control-plane node {node} is NotReady, reported by {reporters} of {}: {}",
        name_list_up_to(&operators, 4),
        excerpt(reason.unwrap_or("it has no Ready condition"))
    );
    let mut evidence = reports.iter().map(|(condition, ..)| {
        condition.state.evidence(format!("reported by the {} operator", condition.operator))
    });
    let stated = reports.iter().filter_map(|(_, since, _)| *since).min();
    let reported = reports.iter().filter_map(|(condition, ..)| condition.state.since()).min();
    let reason = reason.unwrap_or_default();
    let finding = Finding::new(Subject::cluster("Node", node), summary, evidence.next()?)
        .likely("the operators report the node, but its Node object is not in the archive")
        .since(stated.or(reported))
        .keywords(node)
        .keywords(reason)
        .evidence(evidence);
    let finding = operators.iter().fold(finding, |finding, operator| {
        finding.explains(Subject::cluster("ClusterOperator", *operator), node)
    });
    Some(if reason.contains("NetworkPluginNotReady") || reason.contains("CNI") {
        finding
            .action("Find out why the network pod on the node does not run.")
            .run("oc get pods --all-namespaces -o wide --field-selector spec.nodeName={name}")
    } else if reason.contains("NodeStatusUnknown") {
        finding
            .fix("Check the machine's console and the journal of its kubelet.")
            .run("ssh core@{name} journalctl -u kubelet --since -1h")
            .run("oc describe node {name}")
    } else {
        finding
    })
}
