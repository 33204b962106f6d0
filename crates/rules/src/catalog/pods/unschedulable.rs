//! Unschedulable pod.
//!
//! While nodes are rebooted for an update, pods that must not share a node wait for them, so they
//! have half an hour. During an installation, worker nodes join last.
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/types.go` (`FitError`)
//! - <https://github.com/okd-project/okd/issues/1654>

use crate::catalog::prelude::*;

/// How long an autoscaler may take to add a node.
const GRACE: Span = Span::minutes(5);
/// How long pods may wait while nodes are rebooted.
const ROLLING: Span = Span::minutes(30);
/// How long worker nodes may take to join a new cluster.
const INSTALLING: Span = Span::minutes(40);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "The scheduler checked every node and found a reason against each of them. The pod \
         stays Pending until one of these reasons is resolved.",
    )
    .fix(
        "The message counts the nodes by reason: insufficient CPU or memory, a taint that the \
         pod does not tolerate, a node selector without matching nodes, a volume with node \
         affinity to another node, or an unbound PersistentVolumeClaim.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let pending = cx.all::<Pod<'_>>().filter_map(|pod| {
        let scheduled = pod.condition("PodScheduled").filter(|scheduled| scheduled.is_false())?;
        (scheduled.reason() == "Unschedulable" && is_expected(pod)).then_some((pod, scheduled))
    });
    let groups = group_by_subject(pending, |(pod, scheduled)| {
        (workload(pod), reasons(&scheduled.message()).join(", "))
    });
    let limit = limit(cx);
    let findings = groups
        .iter()
        .filter_map(|((subject, reasons), members)| finding(cx, subject, reasons, members, limit));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

fn limit(cx: &RuleContext<'_>) -> Span {
    let update = cx.cluster_version().and_then(UpdatePhase::of);
    if update.is_some_and(UpdatePhase::is_installing) {
        INSTALLING
    } else if cx.all::<Node<'_>>().any(is_being_updated) {
        ROLLING
    } else {
        GRACE
    }
}

fn finding(
    cx: &RuleContext<'_>,
    subject: &Subject,
    reasons: &str,
    members: &[(Pod<'_>, Condition<'_>)],
    limit: Span,
) -> Option<Finding> {
    let ((pod, scheduled), rest) = members.split_first()?;
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => "the pod cannot be scheduled".to_owned(),
        0 => format!("pod {} cannot be scheduled", pod.name()),
        more => format!("{} cannot be scheduled", pluralize(more + 1, "pod")),
    };
    let message = scheduled.message();
    let detail = if reasons.is_empty() { excerpt(&message) } else { excerpt(reasons) };
    let head =
        Evidence::condition(pod.resource(), *scheduled, "PodScheduled is False: Unschedulable");
    let others = rest.iter().take(SHOWN - 1).map(|(pod, scheduled)| {
        Evidence::condition(pod.resource(), *scheduled, format!("also pod {}", pod.name()))
    });
    let since = members.iter().filter_map(|(_, scheduled)| scheduled.since()).min();
    let (client, namespace, name) = (client(cx), pod.namespace(), pod.name());
    let finding = Finding::new(subject.clone(), format!("{subject}: {extent}: {detail}"), head)
        .since(since)
        .evidence(others)
        .keywords(pod_keywords(members.iter().map(|(pod, _)| *pod)))
        .keywords(scheduled.reason())
        .keywords(&message)
        .why(why(&message))
        .run(format!("{client} describe pod -n {namespace} {name}"))
        .run(format!("{client} get nodes"))
        .verify(format!("{client} get pods -n {namespace} -o wide"));
    let usual = severity_in(cx, &subject.namespace, RULE.meta.severity);
    Some(Persistence::of(cx, since, limit).apply(finding, usual))
}

/// The reasons in `0/6 nodes are available: 3 Insufficient cpu, 3 node(s) ...`.
fn reasons(message: &str) -> Vec<String> {
    let Some((_, counted)) = message.split_once("nodes are available: ") else { return Vec::new() };
    let counted = counted.split(". preemption:").next().unwrap_or(counted);
    // Taints contain commas themselves: `{key: value}, that the pod didn't tolerate`.
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
        ("Insufficient", "The nodes have insufficient free resources for the requests of the pod."),
        (
            "unbound immediate PersistentVolumeClaims",
            "A PersistentVolumeClaim of the pod is not bound, so no node can be selected.",
        ),
        ("persistentvolumeclaim", "A PersistentVolumeClaim of the pod does not exist."),
        (
            "volume node affinity",
            "The volume of the pod is restricted to nodes that cannot run the pod.",
        ),
        ("were unschedulable", "Nodes that could run the pod are cordoned."),
        ("untolerated taint", "Nodes that could run the pod have a taint it does not tolerate."),
        ("didn't tolerate", "Nodes that could run the pod have a taint it does not tolerate."),
        ("node affinity/selector", "No node has the labels that the pod requires."),
        (
            "anti-affinity",
            "The pod must not share a node with other pods, and there are too few nodes.",
        ),
    ];
    SIGNS.iter().find(|(sign, _)| message.contains(sign)).map_or(
        "The scheduler found a reason against each node. The pod waits until one is resolved.",
        |(_, why)| why,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taint_with_a_comma_is_not_split() {
        let message = "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) had taint {a: }, \
             that \
                       the pod didn't tolerate. preemption: 0/4 nodes are available: 4 no.";
        let expected =
            ["1 Insufficient cpu", "3 node(s) had taint {a: }, that the pod didn't tolerate"];
        assert_eq!(reasons(message), expected);
    }
}
