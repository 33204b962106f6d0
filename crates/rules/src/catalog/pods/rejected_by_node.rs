//! Pods rejected by the kubelet of their node.
//!
//! A workload is reported only if at least three of its pods were rejected within the last hour.
//!
//! - kubernetes/kubernetes `pkg/kubelet/lifecycle/predicate.go`, `pkg/kubelet/cm/devicemanager`

use crate::catalog::prelude::*;

/// A node that starts rejects one or two pods of a workload until its plugins have registered.
const ENOUGH: usize = 3;

const REASONS: [&str; 7] = [
    "UnexpectedAdmissionError",
    "OutOfcpu",
    "OutOfmemory",
    "OutOfpods",
    "OutOfephemeral-storage",
    "NodeAffinity",
    "TopologyAffinityError",
];

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .at_once("several pods were rejected within the last hour")
    .why(
        "The scheduler selects the node, but its kubelet rejects the pod: it calculates the \
         free resources differently, has lost a device, or the labels of the node have changed. \
         The pod fails immediately, and its owner creates another one, which goes to the same \
         node. Thousands of Failed pods can accumulate.",
    )
    .fix(
        "The reason shows which resource is missing. OutOfcpu and OutOfmemory mean that pods \
         that the scheduler does not count, such as static pods, use resources of the node. \
         UnexpectedAdmissionError usually means that a device plugin is missing.",
    )
    .run(&["oc describe node {node}"])
    .verify(&["oc get pods --all-namespaces --field-selector status.phase=Failed"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let refused = cx.all::<Pod<'_>>().filter(|pod| {
        let since = pod.started().or_else(|| pod.resource().created());
        pod.phase() == "Failed"
            && pod.deleted().is_none()
            && REASONS.contains(&&*pod.reason())
            && cx.is_recent(since, Span::hours(1))
    });
    let groups = PodGroup::by(cx, refused, |pod| {
        (workload(pod), format!("{} {}", pod.node().unwrap_or_default(), pod.reason()))
    });
    Ok(check_groups(cx, groups.filter(|group| group.count() >= ENOUGH), finding))
}

fn finding(_: &RuleContext<'_>, group: &PodGroup<Pod<'_>>) -> Finding {
    let node = group.first.node().unwrap_or_default();
    let (reason, message) = (group.first.reason(), group.first.message());
    let summary = format!(
        "node {node} rejected {} of {} within the last hour with {reason}: {}",
        pluralize(group.count(), "pod"),
        group.subject,
        excerpt(&message)
    );
    group
        .finding(summary, |pod| {
            Evidence::field(pod.resource(), &["status", "reason"], format!("pod {}", pod.name()))
        })
        .since(group.since(Pod::started))
        .keywords(&reason)
        .keywords(&message)
        .group_by(GroupKey::Node, node.clone())
        .with("node", node)
}
