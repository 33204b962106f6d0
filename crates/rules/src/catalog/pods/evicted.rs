//! Pods evicted because of node pressure.
//!
//! # Why it matters
//!
//! The kubelet evicts pods when its node runs low on memory or disk space. Pods that have an owner
//! are recreated on other nodes. The Failed pods remain only as a record, but the node may still be
//! under pressure.
//!
//! # What to do
//!
//! Check the resource that the node was low on. The Failed pods are harmless and can be deleted.
//!
//! # Blind spots
//!
//! An evicted pod shows the time of its eviction only if its release sets the condition
//! `DisruptionTarget`. Otherwise its start time is used instead. Evictions more than a day ago, or
//! at an unknown time, are reported as information only.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/helpers.go`

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::views::{Condition, Pod};

use crate::catalog::prelude::*;
use crate::domain::{group_by_subject, pod_keywords};
use crate::engine::{client, excerpt, name_list, pluralize, severity_in};

/// Evictions longer ago than this are reported as information only.
const RECENT: Span = Span::hours(24);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "pods/evicted",
    title: "pods evicted because of node pressure",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let evicted =
        cx.all::<Pod<'_>>().filter(|pod| pod.phase() == "Failed" && pod.reason() == "Evicted");
    let groups = group_by_subject(evicted, |pod| {
        let node = Subject::cluster("Node", pod.node().unwrap_or_default());
        let age = if is_recent(cx, pod) { "recent" } else { "old" };
        (node, format!("{age} {}", shortage(&pod.message())))
    });
    let findings =
        groups.iter().filter_map(|((node, _), pods)| finding(cx, &node.name, pods)).collect();
    Verdict::over(cx.all::<Pod<'_>>().count(), findings, "no pod in the archive")
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
        pods.iter().map(|pod| severity_in(cx, pod.namespace(), META.severity)).max()?
    } else {
        Severity::Info
    };
    let finding = Finding::new(Subject::view(*first), summary, evidence(first))
        .severity(severity)
        // The start time is only the earliest possible time of the eviction, so it is not used.
        .since(pods.iter().filter_map(|pod| pod.condition("DisruptionTarget")?.since()).min())
        .evidence(rest.iter().take(SHOWN - 1).map(evidence))
        .keywords(pod_keywords(pods.iter().copied()))
        .keywords("Evicted")
        .keywords(first.message())
        .why(
            "The kubelet evicted these pods because the node was low on a resource. Their owners \
             have created replacements, and the Failed pods remain only as a record.",
        )
        .remedy(
            Remedy::new("Check whether the node is still low on this resource.")
                .command(format!("{} describe node {node}", client(cx))),
        );
    Some(finding)
}
