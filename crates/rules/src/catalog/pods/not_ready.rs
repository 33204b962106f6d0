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

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE), Need::Kind(&EVENT)])
    .check(check)
    .grace(LIMIT)
    .why(
        "A pod that is not ready gets no traffic from its Service, and a rollout waits for it. \
         Its containers run, so either a dependency is missing or the readiness probe is wrong.",
    )
    .fix(
        "The result of the probe in the events of the pod, and the log of the container that is \
         not ready, show what is missing. Fix that.",
    )
    .run(&[
        "oc describe pod -n {namespace} {pod}",
        "oc logs -n {namespace} {pod} --all-containers --tail=100",
    ])
    .verify(&["oc get pods -n {namespace}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let waiting = cx
        .all::<Pod<'_>>()
        .filter_map(|pod| Some((pod, unready(cx, pod)?)))
        .filter(|(pod, _)| !is_excused(cx, *pod));
    Ok(check_groups(cx, PodGroup::by_workload(cx, waiting), finding))
}

/// The condition `Ready` of a running pod that has not been ready for too long.
fn unready<'s>(cx: &RuleContext<'s>, pod: Pod<'s>) -> Option<Condition<'s>> {
    let ready = pod.condition("Ready").filter(|ready| ready.is_false())?;
    let runs = pod.phase() == "Running" && is_expected(pod) && ready.reason() != "PodCompleted";
    (runs && Persistence::of(cx, ready.since(), LIMIT).counts()).then_some(ready)
}

/// Whether another rule reports the reason.
fn is_excused(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    let node = pod.node().and_then(|node| cx.find::<Node<'_>>("", &node));
    let is_of_job = pod.owner().is_some_and(|(kind, _)| kind == "Job");
    is_of_job || has_fault(cx, pod) || node.is_some_and(|node| !node.is_ready())
}

fn finding(cx: &RuleContext<'_>, group: &PodGroup<(Pod<'_>, Condition<'_>)>) -> Finding {
    let (pod, ready) = group.first;
    let since = group.since(|(_, ready)| ready.since());
    let age = cx.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
    let have = if group.count() == 1 { "has" } else { "have" };
    let message = ready.message();
    // The latest event with the result of a failed probe.
    let probe = pod_events(cx, pod, &["Unhealthy", "ProbeError"], Span::hours(1))
        .max_by_key(|event| event.last_seen());
    let result = probe.map(|event| event.message().into_owned()).unwrap_or_default();
    let detail = match &*excerpt(if result.is_empty() { &message } else { &result }) {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    let summary = format!("{}: {} {have} not been ready{age}{detail}", group.subject, group.who());
    let finding = group
        .finding(summary, |(pod, ready)| {
            Evidence::condition(pod.resource(), ready, "Ready is False")
        })
        .since(since)
        .evidence(probe.map(event_evidence))
        .keywords(&message)
        .keywords(&result);
    // The kubelet cannot reach any pod on its node, so the fault is not in the pods.
    let is_cut_off =
        ["no route to host", "network is unreachable"].iter().any(|sign| result.contains(sign));
    match group.node().filter(|_| is_cut_off) {
        Some(node) => finding.group_by(GroupKey::Node, node),
        None => finding,
    }
}
