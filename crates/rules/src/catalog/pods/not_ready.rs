//! A pod that runs and does not become ready.
//!
//! # Why it matters
//!
//! A pod that is not ready gets no traffic from its Service, and a rollout waits for it. Its
//! containers run, so something they depend on is missing, or their readiness probe is wrong.
//!
//! # What to do
//!
//! Read what the probe got, in the pod's events, and the log of the container that is not ready.
//!
//! # Blind spots
//!
//! Why a probe fails stands in the log only. Pods on a node that is not ready are the node's matter
//! and are not listed; pods that crash or wait for an image have rules of their own.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/status/generate.go` (`ContainersNotReady`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePodNotReady.md`

use mustknow_gather::kinds::{Condition, EVENT, Event, NODE, Node, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{
    client, count, event_evidence, excerpt, grouped, has_fault, is_expected, named, pod_events,
    severity_in, workload,
};

/// How long a pod may take to become ready.
const LIMIT: Span = Span::minutes(15);
/// Older events are history.
const RECENT: Span = Span::hours(1);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "pods/not-ready",
    title: "a pod that runs and does not become ready",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&NODE), Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let waiting = case
        .all::<Pod<'_>>()
        .filter_map(|pod| Some((pod, unready(case, pod)?)))
        .filter(|(pod, _)| !is_excused(case, *pod));
    let groups = grouped(waiting, |(pod, _)| (workload(pod), String::new()));
    let findings = groups
        .iter()
        .filter_map(|((subject, _), members)| finding(case, subject, members))
        .collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

/// The condition `Ready` of a pod that runs and has not been ready for too long.
fn unready<'s>(case: &Case<'s>, pod: Pod<'s>) -> Option<Condition<'s>> {
    let ready = pod.condition("Ready").filter(|ready| ready.is_false())?;
    let runs = pod.phase() == "Running" && is_expected(pod) && ready.reason() != "PodCompleted";
    (runs && case.is_older(ready.since(), LIMIT)).then_some(ready)
}

/// Whether another rule says why.
fn is_excused(case: &Case<'_>, pod: Pod<'_>) -> bool {
    let node = pod.node().and_then(|node| case.find::<Node<'_>>("", &node));
    let is_of_job = pod.owner().is_some_and(|(kind, _)| kind == "Job");
    is_of_job || has_fault(case, pod) || node.is_some_and(|node| !node.is_ready())
}

fn finding(
    case: &Case<'_>,
    subject: &Subject,
    members: &[(Pod<'_>, Condition<'_>)],
) -> Option<Finding> {
    let ((pod, ready), rest) = members.split_first()?;
    let since = members.iter().filter_map(|(_, ready)| ready.since()).min();
    let age = case.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => format!("it has run{age} without being ready"),
        0 => format!("pod {} has run{age} without being ready", pod.name()),
        more => format!("{} have run{age} without being ready", count(more + 1, "pod")),
    };
    let message = ready.message();
    let probe = probe(case, *pod);
    let said = probe.map(|event| event.message().into_owned()).unwrap_or_default();
    let words = excerpt(if said.is_empty() { &message } else { &said });
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    let others = rest.iter().take(SHOWN - 1).map(|(pod, ready)| {
        Evidence::condition(pod.resource(), *ready, format!("the same of pod {}", pod.name()))
    });
    let (client, namespace, name) = (client(case), pod.namespace(), pod.name());
    let finding = Finding::new(
        subject.clone(),
        format!("{subject}: {extent}{words}"),
        Evidence::condition(pod.resource(), *ready, "Ready is False"),
    )
    .severity(severity_in(case, &subject.namespace, META.severity))
    .since(since)
    .evidence(others)
    .evidence(probe.map(event_evidence))
    .saying(named(members.iter().map(|(pod, _)| *pod)))
    .saying(&message)
    .saying(&said)
    .why(
        "Its containers run, but one does not pass its readiness probe. The pod gets no traffic \
         from its Service, and a rollout waits for it.",
    )
    .remedy(
        Remedy::new("Read the log of the container that is not ready.")
            .command(format!("{client} describe pod -n {namespace} {name}"))
            .command(format!("{client} logs -n {namespace} {name} --all-containers --tail=100"))
            .verify(format!("{client} get pods -n {namespace}")),
    );
    // The kubelet of the node reaches none of its pods, which is no fault of theirs.
    let is_cut_off =
        ["no route to host", "network is unreachable"].iter().any(|it| said.contains(it));
    let node = pod.node().filter(|node| {
        is_cut_off && members.iter().all(|(pod, _)| pod.node().as_ref() == Some(node))
    });
    Some(match node {
        Some(node) => finding.shares(Common::Node, node),
        None => finding,
    })
}

/// What the readiness probe got, if an event says so.
fn probe<'s>(case: &Case<'s>, pod: Pod<'s>) -> Option<Event<'s>> {
    pod_events(case, pod, &["Unhealthy", "ProbeError"], RECENT)
        .max_by_key(|event| event.last_seen())
}
