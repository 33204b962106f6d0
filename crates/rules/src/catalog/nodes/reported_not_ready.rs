//! NotReady control-plane node reported only by ClusterOperators.
//!
//! This rule covers only nodes with a Node object that was not collected. If the Node object was
//! collected, it shows more: `nodes/not-ready` and `nodes/kubelet-silent` report it, and a node
//! that is Ready again is not reported. A control-plane node may be unavailable for fifteen minutes
//! during a restart.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/node/node_controller.go`

use crate::catalog::prelude::*;

/// How long a node may be unavailable during a restart.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    .why(
        "etcd, kube-apiserver, kube-controller-manager and kube-scheduler each run one static \
         pod on each control-plane node, and each of their operators reports the same node as \
         not ready. This is one problem, not four: while the node is unavailable, etcd has no \
         redundancy, no new revision is rolled out, and an update is stuck.",
    )
    .fix("Fix the node. The operators recover on their own within minutes.");

/// What one operator reports about one node.
struct NodeReport<'w> {
    condition: &'w OperatorCondition<'w>,
    since: Option<Time>,
    reason: &'w str,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some((collected, bad)) =
        OperatorCondition::all(cx, STATIC_PODS, &["NodeControllerDegraded"])
    else {
        return Err(NotJudged::from(conditions_gap(STATIC_PODS)));
    };
    let mut nodes: BTreeMap<&str, Vec<NodeReport<'_>>> = BTreeMap::new();
    for condition in &bad {
        for (node, since, reason) in named(&condition.state.message) {
            nodes.entry(node).or_default().push(NodeReport { condition, since, reason });
        }
    }
    let findings = nodes.iter().filter(|(node, _)| !has_ready_condition(cx, node)).filter_map(
        |(node, reports)| {
            let since = reports.iter().filter_map(|report| report.since).min();
            let persistence = Persistence::of(cx, since.or_else(|| earliest(reports)), GRACE);
            (persistence != Persistence::WithinGrace)
                .then_some(persistence.apply(finding(cx, node, reports)?, RULE.meta.severity))
        },
    );
    Ok(Checked::over(collected, findings))
}

/// The nodes of a message: `node "a" not ready since TIME reason REASON (WORDS), node "b" ...`.
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

/// Whether the Node object itself has a Ready condition.
fn has_ready_condition(cx: &RuleContext<'_>, node: &str) -> bool {
    cx.find::<Node<'_>>("", node).is_some_and(|node| node.condition("Ready").is_some())
}

/// Since when any operator reports it, if the message contains no time.
fn earliest(reports: &[NodeReport<'_>]) -> Option<Time> {
    reports.iter().filter_map(|report| report.condition.state.since()).min()
}

fn finding(cx: &RuleContext<'_>, node: &str, reports: &[NodeReport<'_>]) -> Option<Finding> {
    let operators: Vec<_> = reports.iter().map(|report| report.condition.operator).collect();
    let reason = reports.iter().map(|report| report.reason).find(|reason| !reason.is_empty());
    let reporters = if operators.len() == 1 { "the operator" } else { "the operators" };
    let summary = format!(
        "control-plane node {node} is NotReady, reported by {reporters} of {}: {}",
        name_list_up_to(&operators, 4),
        excerpt(reason.unwrap_or("it has no Ready condition"))
    );
    let mut evidence = reports.iter().map(|report| {
        report
            .condition
            .state
            .evidence(format!("reported by the {} operator", report.condition.operator))
    });
    let finding = Finding::new(Subject::cluster("Node", node), summary, evidence.next()?)
        .likely("the operators report the node, but its Node object is not in the archive")
        .since(reports.iter().filter_map(|report| report.since).min().or_else(|| earliest(reports)))
        .keywords(node)
        .keywords(reason.unwrap_or_default())
        .evidence(evidence)
        .remedy(remedy(cx, node, reason.unwrap_or_default()));
    Some(operators.iter().fold(finding, |finding, operator| {
        finding.explains(Subject::cluster("ClusterOperator", *operator), node)
    }))
}

fn remedy(cx: &RuleContext<'_>, node: &str, reason: &str) -> Remedy {
    let client = client(cx);
    let remedy = if reason.contains("NetworkPluginNotReady") || reason.contains("CNI") {
        Remedy::new("Find out why the network pod on the node does not run.").command(format!(
            "{client} get pods --all-namespaces -o wide --field-selector spec.nodeName={node}"
        ))
    } else if reason.contains("NodeStatusUnknown") {
        Remedy::new("Check the machine's console and the journal of its kubelet.")
            .command(format!("ssh core@{node} journalctl -u kubelet --since -1h"))
    } else {
        Remedy::new("Check the journal of the kubelet on the node.")
            .command(node_journal(cx, node, "kubelet"))
    };
    remedy.command(format!("{client} describe node {node}")).verify(format!("{client} get nodes"))
}
