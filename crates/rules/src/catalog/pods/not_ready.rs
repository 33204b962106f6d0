//! Running pod that does not become ready.
//!
//! The reason why a probe fails is only in the log. Pods on a node that is not ready are ignored,
//! because the node has its own rules. Pods that crash or wait for an image also have their own
//! rules.
//!
//! - kubernetes/kubernetes `pkg/kubelet/status/generate.go` (`ContainersNotReady`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePodNotReady.md`

use crate::catalog::prelude::*;

/// How long a pod may take to become ready.
const LIMIT: Span = Span::minutes(15);
/// Older events are ignored.
const RECENT: Span = Span::hours(1);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE), Need::Kind(&EVENT)])
    .check(check)
    .why(
        "A pod that is not ready gets no traffic from its Service, and a rollout waits for it. \
         Its containers run, so either a dependency is missing or the readiness probe is wrong.",
    )
    .fix(
        "Read the result of the probe in the events of the pod, and the log of the container \
         that is not ready.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let waiting = cx
        .all::<Pod<'_>>()
        .filter_map(|pod| Some((pod, unready(cx, pod)?)))
        .filter(|(pod, _)| !is_excused(cx, *pod));
    let groups = group_by_subject(waiting, |(pod, _)| (workload(pod), String::new()));
    let findings =
        groups.iter().filter_map(|((subject, _), members)| finding(cx, subject, members));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

/// The condition `Ready` of a running pod that has not been ready for too long.
fn unready<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<Condition<'s>> {
    let ready = pod.condition("Ready").filter(|ready| ready.is_false())?;
    let runs = pod.phase() == "Running" && is_expected(pod) && ready.reason() != "PodCompleted";
    (runs && cx.is_older(ready.since(), LIMIT)).then_some(ready)
}

/// Whether another rule reports the reason.
fn is_excused(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    let node = pod.node().and_then(|node| cx.find::<Node<'_>>("", &node));
    let is_of_job = pod.owner().is_some_and(|(kind, _)| kind == "Job");
    is_of_job || has_fault(cx, pod) || node.is_some_and(|node| !node.is_ready())
}

fn finding(
    cx: &RuleContext<'_>,
    subject: &Subject,
    members: &[(Pod<'_>, Condition<'_>)],
) -> Option<Finding> {
    let ((pod, ready), rest) = members.split_first()?;
    let since = members.iter().filter_map(|(_, ready)| ready.since()).min();
    let age = cx.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => format!("the pod has not been ready{age}"),
        0 => format!("pod {} has not been ready{age}", pod.name()),
        more => format!("{} have not been ready{age}", pluralize(more + 1, "pod")),
    };
    let message = ready.message();
    let probe = probe(cx, *pod);
    let probe_message = probe.map(|event| event.message().into_owned()).unwrap_or_default();
    let detail = excerpt(if probe_message.is_empty() { &message } else { &probe_message });
    let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
    let others = rest.iter().take(SHOWN - 1).map(|(pod, ready)| {
        Evidence::condition(pod.resource(), *ready, format!("also pod {}", pod.name()))
    });
    let (client, namespace, name) = (client(cx), pod.namespace(), pod.name());
    let finding = Finding::new(
        subject.clone(),
        format!("{subject}: {extent}{detail}"),
        Evidence::condition(pod.resource(), *ready, "Ready is False"),
    )
    .severity(severity_in(cx, &subject.namespace, RULE.meta.severity))
    .since(since)
    .evidence(others)
    .evidence(probe.map(event_evidence))
    .keywords(pod_keywords(members.iter().map(|(pod, _)| *pod)))
    .keywords(&message)
    .keywords(&probe_message)
    .run(format!("{client} describe pod -n {namespace} {name}"))
    .run(format!("{client} logs -n {namespace} {name} --all-containers --tail=100"))
    .verify(format!("{client} get pods -n {namespace}"));
    // The kubelet cannot reach any pod on its node, so the fault is not in the pods.
    let is_cut_off =
        ["no route to host", "network is unreachable"].iter().any(|it| probe_message.contains(it));
    let node = pod.node().filter(|node| {
        is_cut_off && members.iter().all(|(pod, _)| pod.node().as_ref() == Some(node))
    });
    Some(match node {
        Some(node) => finding.group_by(GroupKey::Node, node),
        None => finding,
    })
}

/// The latest event with the result of a failed probe, if there is one.
fn probe<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    pod_events(cx, pod, &["Unhealthy", "ProbeError"], RECENT).max_by_key(|event| event.last_seen())
}
