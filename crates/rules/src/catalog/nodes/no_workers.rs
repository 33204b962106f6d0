//! A cluster that has no node for ordinary pods.
//!
//! # Why it matters
//!
//! The scheduler says that every node there is has the taint of the control plane. Whatever does
//! not bear it stays Pending: on OpenShift the routers, the registry and monitoring, so the
//! installation does not finish either.
//!
//! # What to do
//!
//! Join workers: approve the certificate requests of those that wait, or read the consoles of those
//! that never asked. On a cluster that is to have none, take the taint off.
//!
//! # Blind spots
//!
//! Only the scheduler counts all nodes, so the rule rests on what it says of a pod that waits.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/types.go` (`FitError`)
//! - <https://github.com/okd-project/okd/issues/1654>

use mustknow_gather::kinds::{Condition, NODE, Node, POD, Pod, SCHEDULER_CONFIG, SchedulerConfig};

use crate::catalog::prelude::*;
use crate::facts::{
    Patience, client, count, excerpt, is_expected, is_installing, named, severity_in, workload,
};

/// How long workers may take to join.
const GRACE: Span = Span::minutes(15);
/// How long they may take while the cluster is installed.
const INSTALLING: Span = Span::minutes(40);
/// What the scheduler calls the taint, before 1.24 and since.
const TAINTS: [&str; 2] =
    ["node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"];

pub(super) static META: Meta = Meta {
    id: "nodes/no-workers",
    title: "no node for ordinary pods",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE), Need::Kind(&POD)],
    uses: &[Need::Kind(&SCHEDULER_CONFIG)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let takes_pods = |node: &Node<'_>| TAINTS.iter().all(|taint| node.taint(taint).is_none());
    if nodes.iter().any(takes_pods) {
        return Verdict::Healthy { examined: nodes.len() };
    }
    let waiting: Vec<_> = case
        .all::<Pod<'_>>()
        .filter(|pod| is_expected(*pod))
        .filter_map(|pod| {
            let scheduled = pod.condition("PodScheduled").filter(|c| c.is_false())?;
            is_refused_by_all(&scheduled.message()).then_some((pod, scheduled))
        })
        .collect();
    let findings = finding(case, &nodes, &waiting).into_iter().collect();
    Verdict::over(nodes.len(), findings, "no node in the archive")
}

/// Whether the taint of the control plane keeps the pod from every node: `0/3 nodes are available:
/// 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }`.
fn is_refused_by_all(message: &str) -> bool {
    let Some((head, reasons)) = message.split_once(" nodes are available: ") else { return false };
    let Some((_, all)) = head.rsplit_once('/') else { return false };
    let Some((number, reason)) = reasons.split_once(' ') else { return false };
    let first = reason.split_once('}').map_or(reason, |(first, _)| first);
    number == all && first.contains("taint") && TAINTS.iter().any(|taint| first.contains(taint))
}

fn finding(
    case: &Case<'_>,
    nodes: &[Node<'_>],
    waiting: &[(Pod<'_>, Condition<'_>)],
) -> Option<Finding> {
    let (pod, scheduled) = waiting.first()?;
    let since = waiting.iter().filter_map(|(_, scheduled)| scheduled.since()).min();
    let summary = format!(
        "every node has the taint of the control plane, so no node takes {}",
        count(waiting.len(), "pod")
    );
    let note = format!("pod {}: {}", pod.name(), excerpt(&scheduled.message()));
    let tainted = nodes.iter().take(3).filter_map(|node| {
        let taint = TAINTS.iter().find_map(|taint| node.taint(taint))?;
        let note = format!("node {} takes no ordinary pods", node.name());
        Some(Evidence::seen(node.resource(), taint.span(), note))
    });
    let config = case.find::<SchedulerConfig<'_>>("", "cluster").map(|config| {
        let path = &["spec", "mastersSchedulable"];
        Evidence::field(config.resource(), path, "whether control-plane nodes take ordinary pods")
    });
    let head = Evidence::condition(pod.resource(), *scheduled, note);
    let finding = Finding::new(Subject::cluster("Nodes", "workers"), summary, head)
        .since(since)
        .evidence(tainted)
        .evidence(config)
        .saying(named(waiting.iter().map(|(pod, _)| *pod)))
        .why(
            "The scheduler counts all nodes, and each has a taint that only pods of the control \
             plane bear. Whatever else is to run stays Pending.",
        )
        .remedy(remedy(case));
    let finding = waiting.iter().fold(finding, |finding, (pod, _)| {
        finding.explains(workload(*pod), "node-role.kubernetes.io/")
    });
    let limit = if is_installing(case) { INSTALLING } else { GRACE };
    let namespaces = waiting.iter().map(|(pod, _)| pod.namespace());
    let usual = namespaces.map(|ns| severity_in(case, ns, META.severity)).max()?;
    Some(Patience::of(case, since, limit).weigh(finding, usual))
}

fn remedy(case: &Case<'_>) -> Remedy {
    let client = client(case);
    let remedy = Remedy::new("Join workers, and approve the requests of those that wait.")
        .command(format!("{client} get csr"));
    let remedy = if case.snapshot().is_openshift() {
        remedy.command("oc get machines -n openshift-machine-api")
    } else {
        remedy
    };
    remedy.verify(format!("{client} get nodes"))
}

#[cfg(test)]
mod tests {
    use super::is_refused_by_all;

    #[test]
    fn the_taint_must_be_the_only_reason() {
        let all = "0/3 nodes are available: 3 node(s) had untolerated taint \
                   {node-role.kubernetes.io/master: }. preemption: 0/3 nodes are available: 3 x.";
        let some = "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) had untolerated taint \
                    {node-role.kubernetes.io/master: }.";
        assert!(is_refused_by_all(all));
        assert!(!is_refused_by_all(some) && !is_refused_by_all(""));
        assert!(is_refused_by_all(
            "0/1 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/control-plane: \
             }, that the pod didn't tolerate."
        ));
    }
}
