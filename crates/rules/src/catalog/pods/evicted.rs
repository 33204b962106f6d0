//! Pods evicted because of node pressure.
//!
//! An evicted pod shows the time of its eviction only if its release sets the condition
//! `DisruptionTarget`. Otherwise its start time is used instead. Evictions more than a day ago, or
//! at an unknown time, are reported as information only.
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/helpers.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .at_once("an eviction is final")
    .why(
        "The kubelet evicts pods when its node runs low on memory or disk space. Pods that have \
         an owner are recreated on other nodes. The Failed pods remain only as a record, but \
         the node may still be under pressure.",
    )
    .fix(
        "Check the resource that the node was low on. The Failed pods are harmless and can be \
         deleted.",
    )
    .run(&["oc describe node {node}"])
    .verify(&["oc get pods --all-namespaces --field-selector status.phase=Failed"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let evicted =
        cx.all::<Pod<'_>>().filter(|pod| pod.phase() == "Failed" && pod.reason() == "Evicted");
    let groups = PodGroup::by(cx, evicted, |pod| {
        let node = Subject::cluster("Node", pod.node().unwrap_or_default());
        let age = if is_recent(cx, pod) { "recent" } else { "old" };
        (node, format!("{age} {}", shortage(&pod.message())))
    });
    Ok(check_groups(cx, groups, finding))
}

/// Whether the pod was evicted within the last day.
fn is_recent(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    let earliest = pod
        .condition("DisruptionTarget")
        .and_then(Condition::since)
        .or_else(|| pod.started())
        .or_else(|| pod.resource().created());
    cx.age(earliest).is_some_and(|age| age <= Span::hours(24))
}

/// The first sentence: `The node was low on resource: memory`. The rest differs by pod.
fn shortage(message: &str) -> String {
    let sentence = message.split(". ").next().unwrap_or(message);
    excerpt(sentence.trim_end_matches(['.', ' ']))
}

fn finding(cx: &RuleContext<'_>, group: &PodGroup<Pod<'_>>) -> Finding {
    let names: Vec<_> =
        group.pods().map(|pod| format!("{}/{}", pod.namespace(), pod.name())).collect();
    let node = &group.subject.name;
    let on = if node.is_empty() { "a node".to_owned() } else { format!("node {node}") };
    let shortage = match &*shortage(&group.first.message()) {
        "" => "no reason is shown".to_owned(),
        detail => detail.to_owned(),
    };
    let (pods, names) = (pluralize(names.len(), "pod"), name_list(&names));
    let summary = format!("{on} evicted {pods} ({names}): {shortage}");
    let severity = if is_recent(cx, group.first) { RULE.meta.severity } else { Info };
    group
        .finding_about(Subject::view(group.first), summary, |pod| {
            Evidence::field(pod.resource(), &["status", "message"], "Evicted")
        })
        .severity(severity)
        // The start time is only the earliest possible time of the eviction, so it is not used.
        .since(group.since(|pod| pod.condition("DisruptionTarget")?.since()))
        .keywords("Evicted")
        .keywords(group.first.message())
        .with("node", node)
}
