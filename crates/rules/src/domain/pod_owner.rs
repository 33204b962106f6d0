//! The owner of pods that an event is about, and whether it has all of them by now.
//!
//! The API server rejects pods for a moment in healthy clusters: a rolling update exceeds a quota, a
//! ServiceAccount is created a second later. What counts is whether the owner still lacks pods.

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{DAEMON_SET, REPLICA_SET, STATEFUL_SET};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Event, Workload};
use mustknow_yaml::Value;

use crate::terms::context::RuleContext;

/// The kind of the owner, if its status counts its pods.
pub fn pod_owner_kind(name: &str) -> Option<&'static Kind> {
    [&DAEMON_SET, &REPLICA_SET, &STATEFUL_SET].into_iter().find(|kind| kind.name == name)
}

/// The owner that the event is about, if it was collected.
pub fn pod_owner<'s>(cx: &RuleContext<'s>, event: Event<'s>) -> Option<Workload<'s>> {
    let [kind, _, name] = event.about();
    cx.find_as(pod_owner_kind(&kind)?, event.resource().namespace(), &name)
}

/// Whether the owner that the event is about has every desired pod by now.
pub fn has_its_pods(cx: &RuleContext<'_>, event: Event<'_>) -> bool {
    pod_owner(cx, event).is_some_and(has_all_pods)
}

/// Whether every desired pod was created.
pub fn has_all_pods(workload: Workload<'_>) -> bool {
    let number = |path: &[&str]| workload.resource().at(path).and_then(Value::as_i64);
    let (desired, made) = match workload.resource().key().kind.name {
        "DaemonSet" => (
            number(&["status", "desiredNumberScheduled"]),
            number(&["status", "currentNumberScheduled"]),
        ),
        _ => (number(&["spec", "replicas"]), number(&["status", "replicas"])),
    };
    desired.is_some_and(|desired| made.unwrap_or(0) >= desired)
}
