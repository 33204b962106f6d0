//! Pods evicted because of node pressure.
//!
//! An evicted pod shows the time of its eviction only if its release sets the condition
//! `DisruptionTarget`. Otherwise its start time is used instead. Evictions more than a day ago, or
//! at an unknown time, are reported as information only.
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/helpers.go`

use crate::catalog::prelude::*;

/// Evictions longer ago than this are reported as information only.
const RECENT: Span = Span::hours(24);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "The kubelet evicts pods when its node runs low on memory or disk space. Pods that have \
         an owner are recreated on other nodes. The Failed pods remain only as a record, but \
         the node may still be under pressure.",
    )
    .fix(
        "Check the resource that the node was low on. The Failed pods are harmless and can be \
         deleted.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let evicted =
        cx.all::<Pod<'_>>().filter(|pod| pod.phase() == "Failed" && pod.reason() == "Evicted");
    let groups = group_by_subject(evicted, |pod| {
        let node = Subject::cluster("Node", pod.node().unwrap_or_default());
        let age = if is_recent(cx, pod) { "recent" } else { "old" };
        (node, format!("{age} {}", shortage(&pod.message())))
    });
    let findings = groups.iter().filter_map(|((node, _), pods)| finding(cx, &node.name, pods));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

/// When the pod was evicted, or else the earliest possible time.
fn time(pod: Pod<'_>) -> Option<Time> {
    pod.condition("DisruptionTarget")
        .and_then(Condition::since)
        .or_else(|| pod.started())
        .or_else(|| pod.resource().created())
}

fn is_recent(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    cx.age(time(pod)).is_some_and(|age| age <= RECENT)
}

/// The first sentence: `The node was low on resource: memory`. The rest differs by pod.
fn shortage(message: &str) -> String {
    let sentence = message.split(". ").next().unwrap_or(message);
    excerpt(sentence.trim_end_matches(['.', ' ']))
}

fn finding(cx: &RuleContext<'_>, node: &str, pods: &[Pod<'_>]) -> Option<Finding> {
    let (first, rest) = pods.split_first()?;
    let names: Vec<_> =
        pods.iter().map(|pod| format!("{}/{}", pod.namespace(), pod.name())).collect();
    let on = if node.is_empty() { "a node".to_owned() } else { format!("node {node}") };
    let shortage = match &*shortage(&first.message()) {
        "" => "no reason is shown".to_owned(),
        detail => detail.to_owned(),
    };
    let summary = format!(
        "{on} evicted {} ({}): {shortage}",
        pluralize(pods.len(), "pod"),
        name_list(&names)
    );
    let evidence =
        |pod: &Pod<'_>| Evidence::field(pod.resource(), &["status", "message"], "Evicted");
    let severity = if pods.iter().any(|pod| is_recent(cx, *pod)) {
        pods.iter().map(|pod| severity_in(cx, pod.namespace(), RULE.meta.severity)).max()?
    } else {
        Info
    };
    let finding = Finding::new(Subject::view(*first), summary, evidence(first))
        .severity(severity)
        // The start time is only the earliest possible time of the eviction, so it is not used.
        .since(pods.iter().filter_map(|pod| pod.condition("DisruptionTarget")?.since()).min())
        .evidence(rest.iter().take(SHOWN - 1).map(evidence))
        .keywords(pod_keywords(pods.iter().copied()))
        .keywords("Evicted")
        .keywords(first.message())
        .run(format!("{} describe node {node}", client(cx)));
    Some(finding)
}
