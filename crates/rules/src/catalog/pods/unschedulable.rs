//! A pod that no node takes.
//!
//! # Why it matters
//!
//! The scheduler looked at every node and found a reason against each. The pod stays Pending until
//! one of the reasons goes away; nothing about the pod itself changes meanwhile.
//!
//! # What to do
//!
//! The message counts the nodes by reason: too little CPU or memory, a taint the pod does not bear,
//! a selector nothing matches, a volume bound elsewhere, a `PersistentVolumeClaim` that is not
//! bound.
//!
//! # Blind spots
//!
//! While nodes are rebooted for an update pods that must not share a node wait for them; they have
//! half an hour. During an installation the workers join last.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/types.go` (`FitError`)
//! - <https://github.com/okd-project/okd/issues/1654>

use mustknow_gather::kinds::{Condition, NODE, Node, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{
    Patience, Update, client, count, excerpt, grouped, is_expected, is_rolled, named, severity_in,
    workload,
};

/// How long an autoscaler may take to bring a node.
const GRACE: Span = Span::minutes(5);
/// How long pods may wait while nodes are rebooted.
const ROLLING: Span = Span::minutes(30);
/// How long workers may take to join a new cluster.
const INSTALLING: Span = Span::minutes(40);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "pods/unschedulable",
    title: "a pod that no node takes",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&NODE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let pending = case.all::<Pod<'_>>().filter_map(|pod| {
        let scheduled = pod.condition("PodScheduled").filter(|scheduled| scheduled.is_false())?;
        (scheduled.reason() == "Unschedulable" && is_expected(pod)).then_some((pod, scheduled))
    });
    let groups = grouped(pending, |(pod, scheduled)| {
        (workload(pod), reasons(&scheduled.message()).join(", "))
    });
    let limit = limit(case);
    let findings = groups
        .iter()
        .filter_map(|((subject, reasons), members)| finding(case, subject, reasons, members, limit))
        .collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

fn limit(case: &Case<'_>) -> Span {
    let update = case.cluster_version().and_then(Update::of);
    if update.is_some_and(Update::is_installing) {
        INSTALLING
    } else if case.all::<Node<'_>>().any(is_rolled) {
        ROLLING
    } else {
        GRACE
    }
}

fn finding(
    case: &Case<'_>,
    subject: &Subject,
    reasons: &str,
    members: &[(Pod<'_>, Condition<'_>)],
    limit: Span,
) -> Option<Finding> {
    let ((pod, scheduled), rest) = members.split_first()?;
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => "no node takes it".to_owned(),
        0 => format!("no node takes pod {}", pod.name()),
        more => format!("no node takes {}", count(more + 1, "pod")),
    };
    let message = scheduled.message();
    let words = if reasons.is_empty() { excerpt(&message) } else { excerpt(reasons) };
    let head =
        Evidence::condition(pod.resource(), *scheduled, "PodScheduled is False: Unschedulable");
    let others = rest.iter().take(SHOWN - 1).map(|(pod, scheduled)| {
        Evidence::condition(pod.resource(), *scheduled, format!("the same of pod {}", pod.name()))
    });
    let since = members.iter().filter_map(|(_, scheduled)| scheduled.since()).min();
    let (client, namespace, name) = (client(case), pod.namespace(), pod.name());
    let finding = Finding::new(subject.clone(), format!("{subject}: {extent}: {words}"), head)
        .since(since)
        .evidence(others)
        .saying(named(members.iter().map(|(pod, _)| *pod)))
        .saying(scheduled.reason())
        .saying(&message)
        .why(why(&message))
        .remedy(
            Remedy::new("Do away with one of the reasons the scheduler counts.")
                .command(format!("{client} describe pod -n {namespace} {name}"))
                .command(format!("{client} get nodes"))
                .verify(format!("{client} get pods -n {namespace} -o wide")),
        );
    let usual = severity_in(case, &subject.namespace, META.severity);
    Some(Patience::of(case, since, limit).weigh(finding, usual))
}

/// What the scheduler counts in `0/6 nodes are available: 3 Insufficient cpu, 3 node(s) ...`.
fn reasons(message: &str) -> Vec<String> {
    let Some((_, counted)) = message.split_once("nodes are available: ") else { return Vec::new() };
    let counted = counted.split(". preemption:").next().unwrap_or(counted);
    // Taints hold commas of their own: `{key: value}, that the pod didn't tolerate`.
    let starts_anew = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    let mut reasons: Vec<String> = Vec::new();
    for part in counted.trim_end_matches('.').split(", ") {
        match reasons.last_mut() {
            Some(last) if !starts_anew(part) => {
                last.push_str(", ");
                last.push_str(part);
            }
            _ => reasons.push(part.to_owned()),
        }
    }
    reasons
}

fn why(message: &str) -> &'static str {
    const SIGNS: [(&str, &str); 9] = [
        ("Insufficient", "The nodes have too little left of what the pod requests."),
        (
            "unbound immediate PersistentVolumeClaims",
            "A PersistentVolumeClaim of the pod is not bound, so no node can be chosen.",
        ),
        ("persistentvolumeclaim", "A PersistentVolumeClaim of the pod does not exist."),
        ("volume node affinity", "The pod's volume is bound to nodes that cannot take the pod."),
        ("were unschedulable", "Nodes that could take the pod are cordoned."),
        ("untolerated taint", "Nodes that could take the pod have a taint it does not bear."),
        ("didn't tolerate", "Nodes that could take the pod have a taint it does not bear."),
        ("node affinity/selector", "No node has the labels the pod asks for."),
        (
            "anti-affinity",
            "The pod must not share a node with others, and there are too few nodes.",
        ),
    ];
    SIGNS.iter().find(|(sign, _)| message.contains(sign)).map_or(
        "The scheduler found a reason against each node, and the pod waits until one goes away.",
        |(_, why)| why,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taint_with_a_comma_stays_whole() {
        let message = "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) had taint {a: }, \
             that \
                       the pod didn't tolerate. preemption: 0/4 nodes are available: 4 no.";
        let expected =
            ["1 Insufficient cpu", "3 node(s) had taint {a: }, that the pod didn't tolerate"];
        assert_eq!(reasons(message), expected);
    }
}
