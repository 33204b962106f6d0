//! Pods that were evicted because their node ran short.
//!
//! # Why it matters
//!
//! The kubelet ends pods when its node runs short of memory or disk. They are started elsewhere if
//! something owns them. What remains is a Failed pod that only tells of it, and the question
//! whether the node is well again.
//!
//! # What to do
//!
//! Look at what the node was short of. The Failed pods may be deleted; they do no harm.
//!
//! # Blind spots
//!
//! An evicted pod does not say when it was evicted unless its release sets the condition
//! `DisruptionTarget`; otherwise the time it was started stands for it. Evictions longer than a day
//! ago, or of unknown time, are only noted.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/helpers.go`

use mustknow_gather::kinds::{Condition, POD, Pod};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{client, count, excerpt, few, grouped, named, severity_in};

/// What happened longer ago is history.
const RECENT: Span = Span::hours(24);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "pods/evicted",
    title: "pods that were evicted because their node ran short",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let evicted =
        case.all::<Pod<'_>>().filter(|pod| pod.phase() == "Failed" && pod.reason() == "Evicted");
    let groups = grouped(evicted, |pod| {
        let node = Subject::cluster("Node", pod.node().unwrap_or_default());
        let age = if is_recent(case, pod) { "recent" } else { "old" };
        (node, format!("{age} {}", shortage(&pod.message())))
    });
    let findings =
        groups.iter().filter_map(|((node, _), pods)| finding(case, &node.name, pods)).collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

/// When it was evicted, or at least not before.
fn time(pod: Pod<'_>) -> Option<Time> {
    pod.condition("DisruptionTarget")
        .and_then(Condition::since)
        .or_else(|| pod.started())
        .or_else(|| pod.resource().created())
}

fn is_recent(case: &Case<'_>, pod: Pod<'_>) -> bool {
    case.age(time(pod)).is_some_and(|age| age <= RECENT)
}

/// The first sentence: `The node was low on resource: memory`. What follows differs by pod.
fn shortage(message: &str) -> String {
    let sentence = message.split(". ").next().unwrap_or(message);
    excerpt(sentence.trim_end_matches(['.', ' ']))
}

fn finding(case: &Case<'_>, node: &str, pods: &[Pod<'_>]) -> Option<Finding> {
    let (first, rest) = pods.split_first()?;
    let names: Vec<_> =
        pods.iter().map(|pod| format!("{}/{}", pod.namespace(), pod.name())).collect();
    let on = if node.is_empty() { "a node".to_owned() } else { format!("node {node}") };
    let shortage = match &*shortage(&first.message()) {
        "" => "it does not say why".to_owned(),
        words => words.to_owned(),
    };
    let summary =
        format!("{on} evicted {} ({}): {shortage}", count(pods.len(), "pod"), few(&names));
    let evidence =
        |pod: &Pod<'_>| Evidence::field(pod.resource(), &["status", "message"], "Evicted");
    let severity = if pods.iter().any(|pod| is_recent(case, *pod)) {
        pods.iter().map(|pod| severity_in(case, pod.namespace(), META.severity)).max()?
    } else {
        Severity::Info
    };
    let finding = Finding::new(Subject::view(*first), summary, evidence(first))
        .severity(severity)
        // The time it was started says when it was evicted at the earliest, which is no onset.
        .since(pods.iter().filter_map(|pod| pod.condition("DisruptionTarget")?.since()).min())
        .evidence(rest.iter().take(SHOWN - 1).map(evidence))
        .saying(named(pods.iter().copied()))
        .saying("Evicted")
        .saying(first.message())
        .why(
            "The kubelet ended these pods because its node ran short. Whatever owns them has \
             started others; the Failed pods only tell of it.",
        )
        .remedy(
            Remedy::new("See whether the node is still short of it.")
                .command(format!("{} describe node {node}", client(case))),
        );
    Some(finding)
}
