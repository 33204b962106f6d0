//! Pods that a node takes and refuses again.
//!
//! # Why it matters
//!
//! The scheduler chose the node, and its kubelet refuses the pod: it counts its room differently,
//! has lost a device, or the node's labels have changed. The pod is Failed at once, and whoever owns
//! it makes another, which goes to the same node. Thousands of Failed pods pile up like that.
//!
//! # What to do
//!
//! The reason says what the kubelet lacks. `OutOfcpu` and `OutOfmemory` mean that something the
//! scheduler does not see, as static pods, takes room. `UnexpectedAdmissionError` mostly is a device
//! plugin that is not there. The Failed pods may be deleted.
//!
//! # Blind spots
//!
//! A node that starts refuses pods for some seconds until its plugins have registered. Only three
//! refusals and more of one workload within the last hour count.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/lifecycle/predicate.go`, `pkg/kubelet/cm/devicemanager`

use mustknow_gather::kinds::{POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{client, count, excerpt, grouped, named, severity_in, workload};

/// Longer ago is history.
const RECENT: Span = Span::hours(1);
/// A node that starts may refuse one or two.
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

pub(super) static META: Meta = Meta {
    id: "pods/rejected-by-node",
    title: "pods that a node takes and refuses again",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let refused = case.all::<Pod<'_>>().filter(|pod| {
        let since = pod.started().or_else(|| pod.resource().created());
        pod.phase() == "Failed"
            && pod.deleted().is_none()
            && REASONS.contains(&&*pod.reason())
            && case.age(since).is_some_and(|age| age <= RECENT)
    });
    // A node that starts refuses one of each; one workload again and again is what does not end.
    let groups = grouped(refused, |pod| {
        (workload(pod), format!("{} {}", pod.node().unwrap_or_default(), pod.reason()))
    });
    let findings = groups
        .iter()
        .filter(|(_, pods)| pods.len() >= ENOUGH)
        .filter_map(|((subject, _), pods)| finding(case, subject, pods))
        .collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

fn finding(case: &Case<'_>, subject: &Subject, pods: &[Pod<'_>]) -> Option<Finding> {
    let first = pods.first()?;
    let (node, reason) = (first.node().unwrap_or_default(), first.reason());
    let message = first.message();
    let summary = format!(
        "node {node} refused {} of {subject} within the last hour with {reason}: {}",
        count(pods.len(), "pod"),
        excerpt(&message)
    );
    let evidence = |pod: &Pod<'_>| {
        Evidence::field(pod.resource(), &["status", "reason"], format!("pod {}", pod.name()))
    };
    let severity =
        pods.iter().map(|pod| severity_in(case, pod.namespace(), META.severity)).max()?;
    let client = client(case);
    let finding = Finding::new(subject.clone(), summary, evidence(first))
        .severity(severity)
        .since(pods.iter().filter_map(|pod| pod.started()).min())
        .evidence(pods.iter().skip(1).take(SHOWN - 1).map(evidence))
        .saying(named(pods.iter().copied().take(SHOWN)))
        .saying(&reason)
        .saying(&message)
        .shares(Common::Node, node.clone())
        .why(
            "The scheduler believes that the pod fits and the kubelet of the node refuses it. Its \
             owner makes another at once, which goes the same way.",
        )
        .remedy(
            Remedy::new("Find out what the kubelet lacks that the scheduler believes is there.")
                .command(format!("{client} describe node {node}"))
                .verify(format!(
                    "{client} get pods --all-namespaces --field-selector status.phase=Failed"
                )),
        );
    Some(finding)
}
