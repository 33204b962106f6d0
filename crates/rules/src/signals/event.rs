//! Events about an object, and the gap if they were not collected.

use std::cmp::Reverse;

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kinds::EVENT;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Event, Pod};

use crate::signals::event_index::events_within;
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, seconds};
use crate::terms::verdict::{Gap, GapKind};

/// The message of an event as evidence, with its count and its last time.
pub fn event_evidence(event: Event<'_>) -> Evidence {
    let times = match event.count() {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let last = event.last_seen().map(|time| format!(", last at {}", seconds(time)));
    let note = format!("event {}, {times}{}", event.reason(), last.unwrap_or_default());
    Evidence::field(event.resource(), &["message"], note)
}

/// Events with these reasons about the pod, none older than `recent`.
pub fn pod_events<'s>(
    cx: &RuleContext<'s>,
    pod: Pod<'s>,
    reasons: &[&str],
    recent: Span,
) -> impl Iterator<Item = Event<'s>> {
    events_within(cx, pod.namespace(), "Pod", pod.name()).filter(move |event| {
        reasons.contains(&&*event.reason()) && cx.is_recent(event.last_seen(), recent)
    })
}

/// Events with these reasons about an object, none older than `recent`, newest first.
pub fn events_about<'s>(
    cx: &RuleContext<'s>,
    resource: &Resource,
    reasons: &[&str],
    recent: Span,
) -> Vec<Event<'s>> {
    // Events about cluster-scoped objects are in the namespace default.
    let namespace = if resource.namespace().is_empty() { "default" } else { resource.namespace() };
    let mut events: Vec<_> =
        events_within(cx, namespace, resource.key().kind.name, resource.name())
            .filter(|event| {
                reasons.contains(&&*event.reason()) && cx.is_recent(event.last_seen(), recent)
            })
            .collect();
    events.sort_by_key(|event| Reverse(event.last_seen()));
    events
}

/// The gap if the events that would show why a pod is not created were not collected.
pub fn events_gap(cx: &RuleContext<'_>, pod: Pod<'_>) -> Option<Gap> {
    let (namespace, name) = (pod.namespace(), pod.name());
    if matches!(
        cx.coverage().of(&EVENT, namespace),
        CoverageState::Collected(_) | CoverageState::Empty
    ) {
        return None;
    }
    let what = format!(
        "pod {namespace}/{name} has been in ContainerCreating for too long, and the events that \
         show the reason were not collected"
    );
    let command = Command::new("oc get events -n {namespace} -o yaml", &[("namespace", namespace)]);
    Some(Gap::new(GapKind::NotCollected, what).command(command))
}
