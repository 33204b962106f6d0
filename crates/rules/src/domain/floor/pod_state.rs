//! Pods that do not do what they should.
//!
//! Sources: kubernetes/kubernetes `pkg/kubelet/kubelet_pods.go` (reasons of waiting containers),
//! `pkg/kubelet/images/types.go`, `pkg/scheduler/schedule_one.go`; the graces are those of the alerts
//! of kubernetes-mixin.

use std::borrow::Cow;

use mustknow_cluster::model::time::Span;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, Container, Pod, Terminated};
use mustknow_yaml::Value;

use super::unwell::Unwell;
use crate::domain::deletion::finalizers;
use crate::domain::pods::{creation_start, pod_keywords, workload};
use crate::terms::quoting::name_list;

/// How long a pod may wait for a node, or for its containers.
const START: Span = Span::minutes(10);
/// How long a component may take to act on a new object.
const REACTION: Span = Span::minutes(5);
/// How long a gate may keep a pod back.
const GATE: Span = Span::hours(1);

/// Reasons of waiting containers that need someone.
const BAD_WAITS: [&str; 10] = [
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImageNeverPull",
    "ErrImagePull",
    "ImageInspectError",
    "ImagePullBackOff",
    "InvalidImageName",
    "RegistryUnavailable",
    "RunContainerError",
];

/// The pod, if it is not well.
pub(super) fn unwell_pod(pod: Pod<'_>) -> Option<Unwell<'_>> {
    let unwell = if pod.deleted().is_some() {
        terminating(pod)
    } else {
        match &*pod.phase() {
            "Succeeded" => return None,
            "Failed" => failed(pod)?,
            "Unknown" => Unwell::new(pod.resource(), "is in phase Unknown", REACTION)
                .field(&["status", "phase"], "the kubelet does not report")
                .state("Unknown"),
            _ => waiting(pod)
                .or_else(|| not_scheduled(pod))
                .or_else(|| not_created(pod))
                .or_else(|| not_ready(pod))?,
        }
    };
    Some(unwell.keywords(pod_keywords([pod])).about(workload(pod)).named_pod(pod))
}

fn terminating(pod: Pod<'_>) -> Unwell<'_> {
    let held_by = finalizers(pod.resource());
    let words =
        if held_by.is_empty() { String::new() } else { format!("held by {}", name_list(&held_by)) };
    // The timestamp is the end of its grace period.
    Unwell::new(pod.resource(), "has been terminating", START)
        .since(pod.deleted())
        .field(&["metadata", "deletionTimestamp"], "the end of its grace period")
        .state("Terminating")
        .also(&words)
}

/// A pod that failed and that no controller replaces. Installer and pruner pods of static pods are
/// retried, and `static-pods/` reports those that are not.
fn failed(pod: Pod<'_>) -> Option<Unwell<'_>> {
    const REPLACED: [&str; 5] =
        ["ConfigMap", "DaemonSet", "Job", "ReplicaSet", "ReplicationController"];
    if pod.owner().is_some_and(|(kind, _)| REPLACED.contains(&&*kind)) || is_of_revision(pod) {
        return None;
    }
    let ended = pod.containers().filter_map(Container::terminated);
    let ended = ended.max_by_key(|end| (end.exit_code() != Some(0), end.finished()));
    let since = ended.and_then(Terminated::finished).or_else(|| pod.resource().created());
    let unwell = Unwell::new(pod.resource(), "has failed", Span::minutes(0))
        .since(since)
        .field(&["status", "phase"], "Failed")
        .worded(&pod.reason(), &pod.message());
    let end = ended.map(|end| {
        let code = end.exit_code().map(|code| format!("exit code {code}"));
        (format!("{} {}", end.reason(), code.unwrap_or_default()), end.message())
    });
    let unwell = match end {
        Some((reason, message)) => unwell.worded(reason.trim(), &message),
        None => unwell,
    };
    Some(unwell.state("Failed"))
}

fn is_of_revision(pod: Pod<'_>) -> bool {
    pod.namespace().starts_with("openshift-")
        && ["installer-", "revision-pruner-"].iter().any(|it| pod.name().starts_with(it))
}

/// A container that waits for someone to do something.
fn waiting(pod: Pod<'_>) -> Option<Unwell<'_>> {
    let mut waiting = pod.containers().filter_map(|it| Some((it, it.waiting_reason()?)));
    let (container, reason) = waiting.find(|(_, reason)| BAD_WAITS.contains(&&**reason))?;
    let head = format!("waits with container {} in {reason}", container.name());
    let evidence = crate::terms::evidence::Evidence::seen(
        pod.resource(),
        container.span(),
        format!("container {} is waiting", container.name()),
    );
    let unwell = Unwell::new(pod.resource(), head, REACTION)
        .evidence([evidence])
        .worded("", &container.waiting_message())
        .since(unready_since(pod).or_else(|| creation_start(pod)));
    Some(unwell.state(reason))
}

fn not_scheduled(pod: Pod<'_>) -> Option<Unwell<'_>> {
    let scheduled = pod.condition("PodScheduled");
    let gates: Vec<_> = pod
        .resource()
        .at(&["spec", "schedulingGates"])
        .into_iter()
        .flat_map(Value::items)
        .filter_map(|gate| gate.text_at(&["name"]))
        .collect();
    let is_gated = scheduled.is_some_and(|it| it.reason() == "SchedulingGated")
        || (scheduled.is_none() && !gates.is_empty());
    if is_gated {
        let head = match gates.as_slice() {
            [] => "is held by a scheduling gate".to_owned(),
            gates => format!("is held by scheduling gate {}", name_list(gates)),
        };
        let unwell = Unwell::new(pod.resource(), head, GATE).state("SchedulingGated");
        return Some(match scheduled {
            Some(scheduled) => unwell.condition(scheduled),
            None => unwell.since(pod.resource().created()),
        });
    }
    match scheduled {
        Some(scheduled) if scheduled.is_false() => {
            Some(Unwell::reports(pod.resource(), scheduled, "is not scheduled", START))
        }
        None if pod.node().is_none() && pod.phase() != "Running" => {
            let head = "is assigned to no node, and no scheduler reports why";
            let unwell = Unwell::new(pod.resource(), head, START).state("Pending");
            Some(unwell.since(pod.resource().created()))
        }
        _ => None,
    }
}

/// A pod on a node whose containers are not created.
fn not_created(pod: Pod<'_>) -> Option<Unwell<'_>> {
    if pod.phase() != "Pending" {
        return None;
    }
    let mut init = pod.containers().filter(|it| it.is_init());
    if let Some(running) = init.find(|it| it.running_since().is_some()) {
        let head = format!("is in init container {}", running.name());
        let unwell = Unwell::new(pod.resource(), head, GATE).state("PodInitializing");
        return Some(unwell.since(running.running_since()));
    }
    let waiting = pod.containers().find_map(|it| Some((it, it.waiting_reason()?)));
    let state = waiting.as_ref().map_or("Pending", |(_, reason)| reason);
    let message = waiting.as_ref().map(|(it, _)| it.waiting_message()).unwrap_or_default();
    let unwell = Unwell::new(pod.resource(), format!("is in {state}"), START)
        .field(&["status", "phase"], "Pending")
        .worded("", &message)
        .state(state.to_owned());
    Some(unwell.since(creation_start(pod)))
}

fn not_ready(pod: Pod<'_>) -> Option<Unwell<'_>> {
    let ready = pod.condition("Ready")?;
    let is_unready = |it: &Container<'_>| !it.is_ready() && !it.is_init();
    let has_ended =
        |it: Container<'_>| it.terminated().is_some_and(|end| end.exit_code() == Some(0));
    let mut unready = pod.containers().filter(is_unready).peekable();
    let is_done = unready.peek().is_some() && unready.all(has_ended) && may_end(pod);
    if ready.is_true() || is_done || ready.reason() == "PodCompleted" {
        return None;
    }
    Some(Unwell::reports(pod.resource(), ready, "is not ready", START))
}

/// Whether its containers may end.
fn may_end(pod: Pod<'_>) -> bool {
    pod.resource().text(&["spec", "restartPolicy"]).is_some_and(|policy| policy != "Always")
}

/// Since when the pod is not ready.
pub(super) fn unready_since(pod: Pod<'_>) -> Option<mustknow_cluster::model::time::Time> {
    pod.condition("Ready").filter(|it| !it.is_true())?.since()
}

/// The state of a pod in one word.
pub(super) fn state_of(pod: Pod<'_>) -> String {
    let waiting = pod.containers().find_map(Container::waiting_reason);
    let unready = pod.condition("PodScheduled").filter(|it| it.is_false());
    let reason = unready.or_else(|| pod.condition("Ready")).map(Condition::reason);
    let phase = if pod.phase() == "Running" { Cow::Borrowed("NotReady") } else { pod.phase() };
    let words = waiting.or(reason.filter(|reason| !reason.is_empty()));
    words.map_or_else(|| phase.into_owned(), Cow::into_owned)
}
