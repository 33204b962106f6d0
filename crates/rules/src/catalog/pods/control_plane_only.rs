//! Nodes that all belong to the control plane and take no ordinary pod.
//!
//! # Why it matters
//!
//! Control-plane nodes have a taint that keeps ordinary pods off them. In a cluster without any
//! other node none of those pods ever starts; even the cluster's own DNS may wait.
//!
//! # What to do
//!
//! Join a worker, or take the taint off when the control plane is meant to run everything.
//!
//! # Blind spots
//!
//! Only said when pods wait for that reason, and when every node the scheduler counted is in the
//! archive.
//!
//! # References
//!
//! - kubernetes/kubernetes `cmd/kubeadm/app/phases/markcontrolplane/markcontrolplane.go`
//! - kubernetes/kubernetes `pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go`

use mustknow_gather::kinds::{Condition, LEASE, NODE, Node, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{Patience, count, few, is_expected, prove_all_nodes};

/// How long workers may take to join.
const GRACE: Span = Span::minutes(10);
/// The taints of control-plane nodes, by release.
const TAINTS: [&str; 2] =
    ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

pub(super) static META: Meta = Meta {
    id: "pods/control-plane-only",
    title: "nothing but control-plane nodes, which take no ordinary pods",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Plain,
    needs: &[Need::Kind(&NODE), Need::Kind(&POD)],
    uses: &[Need::Kind(&LEASE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let taint = |node: &Node<'_>| {
        TAINTS.into_iter().find(|key| {
            node.taint(key).and_then(|taint| taint.text_at(&["effect"])).as_deref()
                == Some("NoSchedule")
        })
    };
    let all_tainted = nodes.iter().all(|node| taint(node).is_some());
    let waiting: Vec<(Pod<'_>, Condition<'_>)> = case
        .all::<Pod<'_>>()
        .filter(|pod| is_expected(*pod))
        .filter_map(|pod| Some((pod, pod.condition("PodScheduled")?)))
        .filter(|(_, scheduled)| {
            let message = scheduled.message();
            scheduled.is_false()
                && TAINTS.iter().any(|key| message.contains(key))
                && is_whole(case, &message, nodes.len())
        })
        .collect();
    let (Some(node), Some((pod, scheduled)), true) = (nodes.first(), waiting.first(), all_tainted)
    else {
        return Verdict::over(nodes.len(), Vec::new(), "no node in the archive");
    };
    let names: Vec<_> =
        waiting.iter().map(|(pod, _)| format!("{}/{}", pod.namespace(), pod.name())).collect();
    let key = taint(node).unwrap_or_default();
    let since = waiting.iter().filter_map(|(_, scheduled)| scheduled.since()).min();
    let finding = Finding::new(
        Subject::cluster("Cluster", "nodes"),
        format!(
            "every node has the taint {key} of the control plane, and {} cannot be placed: {}",
            count(names.len(), "pod"),
            few(&names)
        ),
        Evidence::field(node.resource(), &["spec", "taints"], "ordinary pods are kept off"),
    )
    .since(since)
    .evidence([Evidence::condition(pod.resource(), *scheduled, "what the scheduler says")])
    .saying(scheduled.message())
    .why("Nothing but the control plane's own pods bears that taint, and there is no other node.")
    .remedy(
        Remedy::new(
            "Join a worker, or take the taint off where the control plane runs everything.",
        )
        .command("kubectl describe nodes")
        .verify("kubectl get pods --all-namespaces"),
    );
    Verdict::Found(vec![Patience::of(case, since, GRACE).weigh(finding, META.severity)])
}

/// Whether the archive holds every node the scheduler counts in `0/3 nodes are available: ...`.
fn is_whole(case: &Case<'_>, message: &str, nodes: usize) -> bool {
    let counted = message
        .split_once(" nodes are available")
        .and_then(|(head, _)| head.rsplit_once('/'))
        .and_then(|(_, count)| count.parse::<usize>().ok());
    counted == Some(nodes) || prove_all_nodes(case).is_ok()
}
