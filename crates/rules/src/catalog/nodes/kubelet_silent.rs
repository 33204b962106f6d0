//! Kubelet that stopped posting node status.
//!
//! All these causes look the same in the archive, because it does not contain the journal of a node
//! that does not report. A node that the Machine Config Operator reboots does not report for some
//! minutes.
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubeNodeNotReady.md`
//! - <https://github.com/okd-project/okd/issues/1615>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .check(check)
    // A restarted kubelet does not report for a short time.
    .note_until(Span::minutes(5))
    .why(
        "The node controller sets every condition of a node to Unknown when its kubelet has not \
         reported for 40 seconds, and after five minutes its pods are evicted. Static pods, \
         DaemonSets and pods with a volume of their own stay unavailable. On a control-plane \
         node, this includes an etcd member and one instance of every API server.",
    )
    .fix(
        "Check the console of the machine and the journal of its kubelet. The machine is powered \
         off, hung or disconnected from the network, or its kubelet does not run or is rejected \
         by the API server, for example because its certificate expired.",
    )
    .run(&["oc get csr", "ssh {login} journalctl -u kubelet --since -1h"])
    .verify(&["oc get nodes"]);

/// Nodes that stop reporting within this time of each other belong to one group.
const TOGETHER: Span = Span::minutes(1);

/// A node that does not report: whether it is being rebooted, and its condition Ready.
#[derive(Clone, Copy)]
struct SilentNode<'s> {
    node: Node<'s>,
    ready: Condition<'s>,
    is_rebooting: bool,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let judged: Vec<_> =
        cx.all::<Node<'_>>().filter_map(|node| Some((node, node.condition("Ready")?))).collect();
    let silent = judged.iter().filter(|(_, ready)| ready.status() == Status::Unknown);
    let mut silent: Vec<_> = silent
        .map(|&(node, ready)| {
            let is_rebooting = is_rebooting(cx, node, ready.since());
            SilentNode { node, ready, is_rebooting }
        })
        .collect();
    silent.sort_by_key(|it| (it.is_rebooting, it.ready.since(), it.node.name()));
    let groups = silent.chunk_by(|last, next| {
        let started_together = match (last.ready.since(), next.ready.since()) {
            (Some(last), Some(next)) => Span::between(last, next) <= TOGETHER,
            (last, next) => last == next,
        };
        last.is_rebooting == next.is_rebooting && started_together
    });
    let findings = groups.filter_map(|group| {
        // The cluster does not work without its control plane or without most of its nodes.
        let is_vital = group.iter().any(|silent| silent.node.is_control_plane())
            || group.len() * 2 >= judged.len();
        Some(finding(cx, group)?.severity(if is_vital { Critical } else { Error }))
    });
    Ok(Checked::over(judged.len(), findings))
}

fn finding(cx: &RuleContext<'_>, group: &[SilentNode<'_>]) -> Option<Finding> {
    let first = group.first()?;
    let names: Vec<_> = group.iter().map(|silent| silent.node.name()).collect();
    let mut evidence = group.iter().map(|SilentNode { node, ready, .. }| {
        let note = format!("{}: {}", ready.reason(), ready.message());
        Evidence::condition(node.resource(), *ready, note)
    });
    let name = first.node.name();
    let summary = match names.as_slice() {
        [_] if first.is_rebooting => {
            format!("node {name} does not report while the Machine Config Operator reboots it")
        }
        [_] => format!("the kubelet of node {name} stopped posting node status"),
        _ => format!(
            "the kubelets of {} stopped posting node status in the same minute: {}",
            pluralize(names.len(), "node"),
            name_list(&names)
        ),
    };
    let user = if cx.snapshot().is_openshift() { "core@" } else { "" };
    let finding = Finding::new(Subject::view(first.node), summary, evidence.next()?)
        .since(first.ready.since())
        .with("login", format!("{user}{name}"))
        .keywords(names.join(" "))
        .keywords(first.ready.reason())
        .evidence(evidence)
        .evidence(names.iter().filter_map(|name| heartbeat_evidence(cx, name)));
    if first.is_rebooting {
        let finding = finding.fix("Wait until the nodes are Ready again.");
        return Some(finding.grace(grace_of_node(first.node, Span::minutes(5))));
    }
    let shut_down = "node.cloudprovider.kubernetes.io/shutdown";
    Some(if group.iter().any(|silent| silent.node.taint(shut_down).is_some()) {
        finding.why("The cloud provider reports that the machine is shut down.")
    } else if group.len() > 1 {
        finding.why(
            "Nodes that stop reporting in the same minute share a cause: the network between them \
             and the API server, a hypervisor, the power, or certificates that expired together.",
        )
    } else {
        finding
    })
}
