//! A node whose kubelet does not report any more.
//!
//! # Why it matters
//!
//! The node controller sets every condition of a node to Unknown when its kubelet has not reported
//! for 40 seconds. After five minutes the pods of the node are given up and started elsewhere,
//! where they can be: static pods, `DaemonSets` and pods with a volume of their own stay away. On a
//! control-plane node that is a member of etcd and of every API server.
//!
//! # What to do
//!
//! Look at the machine, by its console or its cloud: it is off, hung, cut off from the network, or
//! its kubelet does not start. Several nodes that fall silent in one minute share a cause: a
//! switch, a hypervisor, an expired certificate.
//!
//! # Blind spots
//!
//! From the outside all of these look alike: the archive of the other nodes does not hold the
//! journal of a silent one. A node that the machine-config operator reboots is silent for some
//! minutes; that is a note, not a fault.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubeNodeNotReady.md`
//! - <https://github.com/okd-project/okd/issues/1615>

use mustknow_gather::kinds::{Condition, LEASE, NODE, Node, Status};

use crate::catalog::prelude::*;
use crate::facts::{Patience, client, count, few, heartbeat, is_rebooting};

pub(super) static META: Meta = Meta {
    id: "nodes/kubelet-silent",
    title: "a node whose kubelet does not report any more",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&LEASE)],
};

/// Nodes that fall silent within this time of each other fall silent together.
const TOGETHER: Span = Span::minutes(1);
/// A kubelet that is restarted is silent for a moment.
const GRACE: Span = Span::minutes(5);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let mut silent: Vec<_> = nodes.iter().copied().filter_map(Silent::of).collect();
    silent.sort_by_key(|silent| (silent.ready.since(), silent.node.name()));
    let judged = nodes.iter().filter(|node| node.condition("Ready").is_some()).count();
    let findings = together(case, silent)
        .iter()
        .filter_map(|(patience, group)| {
            Some(patience.weigh(finding(case, group)?, severity(group, judged)))
        })
        .collect();
    Verdict::over(judged, findings, "no node in the archive says whether it is Ready")
}

#[derive(Clone, Copy)]
struct Silent<'s> {
    node: Node<'s>,
    ready: Condition<'s>,
}

impl<'s> Silent<'s> {
    fn of(node: Node<'s>) -> Option<Self> {
        let ready = node.condition("Ready").filter(|ready| ready.status() == Status::Unknown)?;
        Some(Self { node, ready })
    }

    fn is_rebooting(self, case: &Case<'_>) -> bool {
        is_rebooting(case, self.node, self.ready.since())
    }

    fn patience(self, case: &Case<'_>) -> Patience {
        if self.is_rebooting(case) {
            Patience::Young
        } else {
            Patience::of(case, self.ready.since(), GRACE)
        }
    }

    fn evidence(self) -> Evidence {
        let note = format!("{}: {}", self.ready.reason(), self.ready.message());
        Evidence::condition(self.node.resource(), self.ready, note)
    }
}

/// Groups of nodes that fell silent together and are judged alike.
fn together<'s>(case: &Case<'_>, silent: Vec<Silent<'s>>) -> Vec<(Patience, Vec<Silent<'s>>)> {
    let mut groups: Vec<(Patience, Vec<Silent<'s>>)> = Vec::new();
    for one in silent {
        let patience = one.patience(case);
        let fitting = groups.iter_mut().find(|(known, group)| {
            let begun_together =
                group.last().is_some_and(|last| match (last.ready.since(), one.ready.since()) {
                    (Some(last), Some(next)) => Span::between(last, next) <= TOGETHER,
                    (last, next) => last == next,
                });
            *known == patience && begun_together
        });
        match fitting {
            Some((_, group)) => group.push(one),
            None => groups.push((patience, vec![one])),
        }
    }
    groups
}

/// The cluster stands still without its control plane or without most of its nodes.
fn severity(group: &[Silent<'_>], nodes: usize) -> Severity {
    let is_vital = group.iter().any(|silent| silent.node.is_control_plane());
    if is_vital || group.len() * 2 >= nodes { Severity::Critical } else { Severity::Error }
}

fn finding(case: &Case<'_>, group: &[Silent<'_>]) -> Option<Finding> {
    let (first, rest) = group.split_first()?;
    let names: Vec<_> = group.iter().map(|silent| silent.node.name()).collect();
    let finding =
        Finding::new(Subject::view(first.node), summary(case, group, &names), first.evidence())
            .since(first.ready.since())
            .why(why(group))
            .saying(names.join(" "))
            .saying(first.ready.reason())
            .evidence(rest.iter().map(|silent| silent.evidence()))
            .evidence(names.iter().filter_map(|name| heartbeat(case, name)))
            .remedy(remedy(case, group, &names));
    Some(finding)
}

fn remedy(case: &Case<'_>, group: &[Silent<'_>], names: &[&str]) -> Remedy {
    let client = client(case);
    let remedy = if group.iter().all(|silent| silent.is_rebooting(case)) {
        Remedy::new("Wait until the node is back.")
    } else {
        let user = if case.snapshot().is_openshift() { "core@" } else { "" };
        let first = names.first().copied().unwrap_or_default();
        Remedy::new("Look at the machine's console and at the journal of its kubelet.")
            .command(format!("{client} get csr"))
            .command(format!("ssh {user}{first} journalctl -u kubelet --since -1h"))
    };
    remedy.verify(format!("{client} get node {}", names.join(" ")))
}

fn summary(case: &Case<'_>, group: &[Silent<'_>], names: &[&str]) -> String {
    let rebooting = group.iter().all(|silent| silent.is_rebooting(case));
    match names {
        [name] if rebooting => {
            format!("node {name} is away, as it is while the machine-config operator reboots it")
        }
        [name] => format!("the kubelet of node {name} does not report any more"),
        _ => format!(
            "the kubelets of {} do not report any more, all since the same minute: {}",
            count(names.len(), "node"),
            few(names)
        ),
    }
}

fn why(group: &[Silent<'_>]) -> &'static str {
    let is_shut_down = |silent: &Silent<'_>| {
        silent.node.taint("node.cloudprovider.kubernetes.io/shutdown").is_some()
    };
    if group.iter().any(is_shut_down) {
        "The cloud says that the machine is shut down."
    } else if group.len() == 1 {
        "The machine is off, hung or cut off from the network, or its kubelet does not run or is \
         refused by the API. Its pods count as lost after five minutes."
    } else {
        "Nodes that fall silent in one minute share a cause: the network between them and the API, \
         a hypervisor, the power, or certificates that expired together."
    }
}
