//! Unschedulable pod.
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/types.go` (`FitError`)
//! - <https://github.com/okd-project/okd/issues/1654>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    // How long an autoscaler may take to add a node.
    .note_until(Span::minutes(5))
    .why(
        "The scheduler checked every node and found a reason against each of them. The pod \
         stays Pending until one of these reasons is resolved.",
    )
    .fix(
        "The message counts the nodes by reason: insufficient CPU or memory, a taint that the \
         pod does not tolerate, a node selector without matching nodes, a volume with node \
         affinity to another node, or an unbound PersistentVolumeClaim.",
    )
    .run(&["oc describe pod -n {namespace} {pod}", "oc get nodes"])
    .verify(&["oc get pods -n {namespace} -o wide"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let pending = cx.all::<Pod<'_>>().filter_map(|pod| {
        let scheduled = pod.condition("PodScheduled").filter(|scheduled| scheduled.is_false())?;
        (scheduled.reason() == "Unschedulable" && is_expected(pod)).then_some((pod, scheduled))
    });
    let groups = PodGroup::by(cx, pending, |(pod, scheduled)| {
        (workload(pod), reasons(&scheduled.message()).join(", "))
    });
    // Worker nodes join a new cluster last. Pods that must not share a node wait for reboots.
    let grace = match cx.all::<Node<'_>>().any(is_being_updated) {
        _ if is_installing(cx) => Some(Span::minutes(40)),
        true => Some(Span::minutes(30)),
        false => None,
    };
    Ok(check_groups(cx, groups, |cx, group| {
        let finding = Finding { grace, ..finding(group) };
        if is_one_too_many(cx, group) { finding.severity(Info) } else { finding }
    }))
}

/// Whether the workload runs, and on its only node a further pod has no place beside the first: no
/// cluster of one node can spread pods.
fn is_one_too_many(cx: &RuleContext<'_>, group: &PodGroup<(Pod<'_>, Condition<'_>)>) -> bool {
    let mut nodes = cx.all::<Node<'_>>();
    let is_only = nodes.next().is_none_or(|_| nodes.next().is_none());
    let is_spread = |(_, scheduled): (Pod<'_>, Condition<'_>)| {
        let message = scheduled.message();
        let (of, signs) = ("0/1 nodes are available: 1 node(s) didn't ", SPREAD);
        message.strip_prefix(of).is_some_and(|it| signs.iter().any(|sign| it.starts_with(sign)))
    };
    is_only
        && group.members().all(is_spread)
        && workload_pods(cx, &group.subject).any(Pod::is_ready)
}

/// What the scheduler says of a node that already has a pod of the kind.
const SPREAD: [&str; 5] = [
    "match pod anti-affinity",
    "satisfy existing pods anti-affinity",
    "match pod affinity/anti-affinity",
    "match pod topology spread",
    "have free ports",
];

fn finding(group: &PodGroup<(Pod<'_>, Condition<'_>)>) -> Finding {
    let (_, scheduled) = group.first;
    let message = scheduled.message();
    let detail = excerpt(if group.key.is_empty() { &message } else { &group.key });
    let summary = format!("{}: {} cannot be scheduled: {detail}", group.subject, group.who());
    group
        .finding(summary, |(pod, scheduled)| {
            let note = "PodScheduled is False: Unschedulable";
            Evidence::condition(pod.resource(), scheduled, note)
        })
        .since(group.since(|(_, scheduled)| scheduled.since()))
        .keywords(scheduled.reason())
        .keywords(&message)
        .why(why(&message))
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
            Some(last) if !starts_anew(part) => last.push_str(&format!(", {part}")),
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
                       that the pod didn't tolerate. preemption: 0/4 nodes are available: 4 no.";
        let expected =
            ["1 Insufficient cpu", "3 node(s) had taint {a: }, that the pod didn't tolerate"];
        assert_eq!(reasons(message), expected);
    }
}
