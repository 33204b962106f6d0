//! Only tainted control-plane nodes and no worker nodes.
//!
//! The rule reports this only if pods are Pending for this reason, and if every node that the
//! scheduler counted is in the archive.
//!
//! - kubernetes/kubernetes `cmd/kubeadm/app/phases/markcontrolplane/markcontrolplane.go`
//! - kubernetes/kubernetes `pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go`

use crate::catalog::prelude::*;

/// The taints of control-plane nodes, by release.
const TAINTS: [&str; 2] =
    ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

pub(super) const RULE: Rule = rule(Error, Cause, Plain)
    .needs(&[Need::Kind(&NODE), Need::Kind(&POD)])
    .reads(&[Need::Kind(&LEASE)])
    .check(check)
    // Worker nodes join after the control plane.
    .note_until(Span::minutes(10))
    .why(
        "Control-plane nodes have a taint that repels ordinary pods. In a cluster without other \
         nodes, none of these pods can be scheduled. Even the cluster DNS may stay Pending.",
    )
    .fix(
        "Join a worker node, or remove the taint if the control plane is meant to run all \
         workloads.",
    )
    .run(&["oc describe nodes"])
    .verify(&["oc get pods --all-namespaces"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let taints: Option<Vec<_>> = nodes.iter().map(|node| taint(*node)).collect();
    let finding = taints.and_then(|taints| finding(cx, &nodes, taints.first()?));
    Ok(Checked::over(nodes.len(), finding))
}

/// The taint of a control-plane node that repels pods.
fn taint(node: Node<'_>) -> Option<&'static str> {
    TAINTS.into_iter().find(|key| {
        let effect = node.taint(key).and_then(|taint| taint.text_at(&["effect"]));
        effect.as_deref() == Some("NoSchedule")
    })
}

fn finding(cx: &RuleContext<'_>, nodes: &[Node<'_>], key: &str) -> Option<Finding> {
    let waiting: Vec<(Pod<'_>, Condition<'_>)> = cx
        .all::<Pod<'_>>()
        .filter(|pod| is_expected(*pod))
        .filter_map(|pod| Some((pod, pod.condition("PodScheduled")?)))
        .filter(|(_, scheduled)| {
            let message = scheduled.message();
            scheduled.is_false()
                && TAINTS.iter().any(|key| message.contains(key))
                && counts_all_nodes(cx, &message, nodes.len())
        })
        .collect();
    let (pod, scheduled) = waiting.first()?;
    let names: Vec<_> =
        waiting.iter().map(|(pod, _)| format!("{}/{}", pod.namespace(), pod.name())).collect();
    let summary = format!(
        "every node has the control-plane taint {key}, and {} cannot be scheduled: {}",
        pluralize(names.len(), "pod"),
        name_list(&names)
    );
    let taints = Evidence::field(
        nodes.first()?.resource(),
        &["spec", "taints"],
        "the taint repels ordinary pods",
    );
    let message = Evidence::condition(pod.resource(), *scheduled, "the message of the scheduler");
    Some(
        Finding::new(Subject::cluster("Cluster", "nodes"), summary, taints)
            .since(waiting.iter().filter_map(|(_, scheduled)| scheduled.since()).min())
            .evidence([message])
            .keywords(scheduled.message()),
    )
}

/// Whether the archive has all the nodes that the scheduler counts in
/// `0/3 nodes are available: ...`.
fn counts_all_nodes(cx: &RuleContext<'_>, message: &str, nodes: usize) -> bool {
    let counted = message
        .split_once(" nodes are available")
        .and_then(|(head, _)| head.rsplit_once('/')?.1.parse::<usize>().ok());
    counted == Some(nodes) || prove_all_nodes(cx).is_ok()
}
