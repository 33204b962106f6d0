//! Kubelet that stopped posting node status.
//!
//! All these causes look the same in the archive, because it does not contain the journal of a node
//! that does not report. A node that the Machine Config Operator reboots does not report for some
//! minutes. This is a note, not an error.
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubeNodeNotReady.md`
//! - <https://github.com/okd-project/okd/issues/1615>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&LEASE)])
    .check(check)
    .why(
        "The node controller sets every condition of a node to Unknown when its kubelet has not \
         reported for 40 seconds. After five minutes the pods of the node are evicted and \
         recreated on other nodes if possible. Static pods, DaemonSets and pods with a volume \
         of their own stay unavailable. On a control-plane node, this includes an etcd member \
         and one instance of every API server.",
    )
    .fix(
        "Check the machine through its console or its cloud provider: it is powered off, hung \
         or disconnected from the network, or its kubelet does not start. Nodes that stop \
         reporting in the same minute share a cause: a switch, a hypervisor, or an expired \
         certificate.",
    );

/// Nodes that stop reporting within this time of each other belong to one group.
const TOGETHER: Span = Span::minutes(1);
/// A restarted kubelet does not report for a short time.
const GRACE: Span = Span::minutes(5);

fn check(cx: &RuleContext<'_>) -> Judged {
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let mut silent: Vec<_> = nodes.iter().copied().filter_map(SilentNode::of).collect();
    silent.sort_by_key(|silent| (silent.ready.since(), silent.node.name()));
    let judged = nodes.iter().filter(|node| node.condition("Ready").is_some()).count();
    let findings = together(cx, silent).into_iter().filter_map(|(persistence, group)| {
        Some(persistence.apply(finding(cx, &group)?, severity(&group, judged)))
    });
    Ok(Checked::over(judged, findings))
}

#[derive(Clone, Copy)]
struct SilentNode<'s> {
    node: Node<'s>,
    ready: Condition<'s>,
}

impl<'s> SilentNode<'s> {
    fn of(node: Node<'s>) -> Option<Self> {
        let ready = node.condition("Ready").filter(|ready| ready.status() == Status::Unknown)?;
        Some(Self { node, ready })
    }

    fn is_rebooting(self, cx: &RuleContext<'_>) -> bool {
        is_rebooting(cx, self.node, self.ready.since())
    }

    fn persistence(self, cx: &RuleContext<'_>) -> Persistence {
        if self.is_rebooting(cx) {
            Persistence::WithinGrace
        } else {
            Persistence::of(cx, self.ready.since(), GRACE)
        }
    }

    fn evidence(self) -> Evidence {
        let note = format!("{}: {}", self.ready.reason(), self.ready.message());
        Evidence::condition(self.node.resource(), self.ready, note)
    }
}

/// Groups of nodes that stopped reporting together and are rated alike.
fn together<'s>(
    cx: &RuleContext<'_>,
    silent: Vec<SilentNode<'s>>,
) -> Vec<(Persistence, Vec<SilentNode<'s>>)> {
    let mut groups: Vec<(Persistence, Vec<SilentNode<'s>>)> = Vec::new();
    for one in silent {
        let persistence = one.persistence(cx);
        let fitting = groups.iter_mut().find(|(known, group)| {
            let started_together =
                group.last().is_some_and(|last| match (last.ready.since(), one.ready.since()) {
                    (Some(last), Some(next)) => Span::between(last, next) <= TOGETHER,
                    (last, next) => last == next,
                });
            *known == persistence && started_together
        });
        match fitting {
            Some((_, group)) => group.push(one),
            None => groups.push((persistence, vec![one])),
        }
    }
    groups
}

/// The cluster does not work without its control plane or without most of its nodes.
fn severity(group: &[SilentNode<'_>], nodes: usize) -> Severity {
    let is_vital = group.iter().any(|silent| silent.node.is_control_plane());
    if is_vital || group.len() * 2 >= nodes { Critical } else { Error }
}

fn finding(cx: &RuleContext<'_>, group: &[SilentNode<'_>]) -> Option<Finding> {
    let (first, rest) = group.split_first()?;
    let names: Vec<_> = group.iter().map(|silent| silent.node.name()).collect();
    let finding =
        Finding::new(Subject::view(first.node), summary(cx, group, &names), first.evidence())
            .since(first.ready.since())
            .why(why(group))
            .keywords(names.join(" "))
            .keywords(first.ready.reason())
            .evidence(rest.iter().map(|silent| silent.evidence()))
            .evidence(names.iter().filter_map(|name| heartbeat_evidence(cx, name)))
            .remedy(remedy(cx, group, &names));
    Some(finding)
}

fn remedy(cx: &RuleContext<'_>, group: &[SilentNode<'_>], names: &[&str]) -> Remedy {
    let client = client(cx);
    let remedy = if group.iter().all(|silent| silent.is_rebooting(cx)) {
        Remedy::new("Wait until the node is Ready again.")
    } else {
        let user = if cx.snapshot().is_openshift() { "core@" } else { "" };
        let first = names.first().copied().unwrap_or_default();
        Remedy::new("Check the machine's console and the journal of its kubelet.")
            .command(format!("{client} get csr"))
            .command(format!("ssh {user}{first} journalctl -u kubelet --since -1h"))
    };
    remedy.verify(format!("{client} get node {}", names.join(" ")))
}

fn summary(cx: &RuleContext<'_>, group: &[SilentNode<'_>], names: &[&str]) -> String {
    let rebooting = group.iter().all(|silent| silent.is_rebooting(cx));
    match names {
        [name] if rebooting => {
            format!("node {name} does not report while the Machine Config Operator reboots it")
        }
        [name] => format!("the kubelet of node {name} stopped posting node status"),
        _ => format!(
            "the kubelets of {} stopped posting node status in the same minute: {}",
            pluralize(names.len(), "node"),
            name_list(names)
        ),
    }
}

fn why(group: &[SilentNode<'_>]) -> &'static str {
    let is_shut_down = |silent: &SilentNode<'_>| {
        silent.node.taint("node.cloudprovider.kubernetes.io/shutdown").is_some()
    };
    if group.iter().any(is_shut_down) {
        "The cloud provider reports that the machine is shut down."
    } else if group.len() == 1 {
        "The machine is powered off, hung or disconnected from the network, or its kubelet does \
         not run or is rejected by the API server. Its pods are treated as lost after five minutes."
    } else {
        "Nodes that stop reporting in the same minute share a cause: the network between them and \
         the API server, a hypervisor, the power, or certificates that expired together."
    }
}
