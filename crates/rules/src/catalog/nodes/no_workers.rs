//! No schedulable worker nodes.
//!
//! Only the scheduler counts all nodes, so this rule relies on the scheduler's message about a
//! Pending pod.
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/types.go` (`FitError`)
//! - <https://github.com/okd-project/okd/issues/1654>

use crate::catalog::prelude::*;

/// The name of the taint, before 1.24 and since.
const TAINTS: [&str; 2] =
    ["node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"];

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE), Need::Kind(&POD)])
    .reads(&[Need::Kind(&SCHEDULER_CONFIG)])
    .check(check)
    // How long worker nodes may take to join.
    .note_until(Span::minutes(15))
    .why(
        "The scheduler reports that every node has the control-plane taint. Pods that do not \
         tolerate it stay Pending. On OpenShift these are the routers, the registry and \
         monitoring, so the installation does not complete either.",
    )
    .fix(
        "Join worker nodes: find out whether their CertificateSigningRequests are pending, or \
         check the consoles of the machines that never requested a certificate. If the cluster is \
         not meant to have worker nodes, remove the taint.",
    )
    .run(&["oc get csr", "oc get machines -n openshift-machine-api"])
    .verify(&["oc get nodes"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let takes_pods = |node: &Node<'_>| TAINTS.iter().all(|taint| node.taint(taint).is_none());
    if nodes.iter().any(takes_pods) {
        return Ok(Checked::over(nodes.len(), None));
    }
    let waiting: Vec<_> = cx
        .all::<Pod<'_>>()
        .filter(|pod| is_expected(*pod))
        .filter_map(|pod| {
            let scheduled = pod.condition("PodScheduled").filter(|c| c.is_false())?;
            fits_no_node(&scheduled.message()).then_some((pod, scheduled))
        })
        .collect();
    Ok(Checked::over(nodes.len(), finding(cx, &nodes, &waiting)))
}

/// Whether the control-plane taint excludes the pod from every node: `0/3 nodes are available:
/// 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }`.
fn fits_no_node(message: &str) -> bool {
    let Some((head, reasons)) = message.split_once(" nodes are available: ") else { return false };
    let Some((_, all)) = head.rsplit_once('/') else { return false };
    let Some((number, reason)) = reasons.split_once(' ') else { return false };
    let first = reason.split_once('}').map_or(reason, |(first, _)| first);
    number == all && first.contains("taint") && TAINTS.iter().any(|taint| first.contains(taint))
}

fn finding(
    cx: &RuleContext<'_>,
    nodes: &[Node<'_>],
    waiting: &[(Pod<'_>, Condition<'_>)],
) -> Option<Finding> {
    let (pod, scheduled) = waiting.first()?;
    let summary = format!(
        "every node has the control-plane taint, so no node accepts {}",
        pluralize(waiting.len(), "pod")
    );
    let note = format!("pod {}: {}", pod.name(), excerpt(&scheduled.message()));
    let tainted = nodes.iter().take(3).filter_map(|node| {
        let taint = TAINTS.iter().find_map(|taint| node.taint(taint))?;
        let note = format!("node {} accepts no ordinary pods", node.name());
        Some(Evidence::seen(node.resource(), taint.span(), note))
    });
    let config = cx.find::<SchedulerConfig<'_>>("", "cluster").map(|config| {
        let path = &["spec", "mastersSchedulable"];
        Evidence::field(config.resource(), path, "whether control-plane nodes are schedulable")
    });
    let head = Evidence::condition(pod.resource(), *scheduled, note);
    let finding = Finding::new(Subject::cluster("Nodes", "workers"), summary, head)
        .affects(waiting.iter().map(|(pod, _)| pod.namespace()))
        .since(waiting.iter().filter_map(|(_, scheduled)| scheduled.since()).min())
        .grace(Span::minutes(if is_installing(cx) { 40 } else { 15 }))
        .evidence(tainted)
        .evidence(config)
        .keywords(pod_keywords(waiting.iter().map(|(pod, _)| *pod)));
    Some(waiting.iter().fold(finding, |finding, (pod, _)| {
        finding.explains(workload(*pod), "node-role.kubernetes.io/")
    }))
}

#[cfg(test)]
mod tests {
    use super::fits_no_node;

    #[test]
    fn the_taint_must_be_the_only_reason() {
        let all = "0/3 nodes are available: 3 node(s) had untolerated taint \
                   {node-role.kubernetes.io/master: }. preemption: 0/3 nodes are available: 3 x.";
        let some = "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) had untolerated taint \
                    {node-role.kubernetes.io/master: }.";
        let old = "0/1 nodes are available: 1 node(s) had taint \
                   {node-role.kubernetes.io/control-plane: }, that the pod didn't tolerate.";
        assert!(fits_no_node(all) && fits_no_node(old));
        assert!(!fits_no_node(some) && !fits_no_node(""));
    }
}
