//! Pods rejected by the kubelet of their node.
//!
//! A node that starts rejects pods for some seconds until its plugins have registered. A workload
//! is reported only if at least three of its pods were rejected within the last hour.
//!
//! - kubernetes/kubernetes `pkg/kubelet/lifecycle/predicate.go`, `pkg/kubelet/cm/devicemanager`

use crate::catalog::prelude::*;

/// Rejections longer ago than this are ignored.
const RECENT: Span = Span::hours(1);
/// A node that starts may reject one or two pods.
const ENOUGH: usize = 3;
/// How many pods one finding shows.
const SHOWN: usize = 3;

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
    .why(
        "The scheduler selects the node, but its kubelet rejects the pod: it calculates the \
         free resources differently, has lost a device, or the labels of the node have changed. \
         The pod fails immediately, and its owner creates another one, which goes to the same \
         node. Thousands of Failed pods can accumulate.",
    )
    .fix(
        "The reason shows which resource is missing. OutOfcpu and OutOfmemory mean that pods \
         that the scheduler does not count, such as static pods, use resources of the node. \
         UnexpectedAdmissionError usually means that a device plugin is missing. The Failed \
         pods can be deleted.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let refused = cx.all::<Pod<'_>>().filter(|pod| {
        let since = pod.started().or_else(|| pod.resource().created());
        pod.phase() == "Failed"
            && pod.deleted().is_none()
            && REASONS.contains(&&*pod.reason())
            && cx.age(since).is_some_and(|age| age <= RECENT)
    });
    // A node that starts rejects one pod of each workload. Several pods of one workload persist.
    let groups = group_by_subject(refused, |pod| {
        (workload(pod), format!("{} {}", pod.node().unwrap_or_default(), pod.reason()))
    });
    let findings = groups
        .iter()
        .filter(|(_, pods)| pods.len() >= ENOUGH)
        .filter_map(|((subject, _), pods)| finding(cx, subject, pods));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

fn finding(cx: &RuleContext<'_>, subject: &Subject, pods: &[Pod<'_>]) -> Option<Finding> {
    let first = pods.first()?;
    let (node, reason) = (first.node().unwrap_or_default(), first.reason());
    let message = first.message();
    let summary = format!(
        "node {node} rejected {} of {subject} within the last hour with {reason}: {}",
        pluralize(pods.len(), "pod"),
        excerpt(&message)
    );
    let evidence = |pod: &Pod<'_>| {
        Evidence::field(pod.resource(), &["status", "reason"], format!("pod {}", pod.name()))
    };
    let severity =
        pods.iter().map(|pod| severity_in(cx, pod.namespace(), RULE.meta.severity)).max()?;
    let client = client(cx);
    let finding = Finding::new(subject.clone(), summary, evidence(first))
        .severity(severity)
        .since(pods.iter().filter_map(|pod| pod.started()).min())
        .evidence(pods.iter().skip(1).take(SHOWN - 1).map(evidence))
        .keywords(pod_keywords(pods.iter().copied().take(SHOWN)))
        .keywords(&reason)
        .keywords(&message)
        .group_by(GroupKey::Node, node.clone())
        .run(format!("{client} describe node {node}"))
        .verify(format!("{client} get pods --all-namespaces --field-selector status.phase=Failed"));
    Some(finding)
}
