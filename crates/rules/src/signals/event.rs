//! Events about an object, and the gap if they were not collected.

use std::cmp::Reverse;

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kinds::EVENT;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Event, EventSeries, Pod};

use crate::signals::event_index::events_within;
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, seconds};
use crate::terms::persistence::is_of_installation;
use crate::terms::verdict::{Gap, GapKind};

/// The message of an event as evidence, with its count, its first time and its last time.
pub fn event_evidence(event: Event<'_>) -> Evidence {
    let EventSeries { count, first, last } = event.series();
    let times = match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let since = first
        .filter(|first| count > 1 && last.is_some_and(|last| seconds(last) != seconds(*first)))
        .map(|first| format!(" since {}", seconds(first)));
    let last = last.map(|time| format!(", last at {}", seconds(time)));
    let (since, last) = (since.unwrap_or_default(), last.unwrap_or_default());
    let note = format!("event {}, {times}{since}{last}", event.reason());
    Evidence::field(event.resource(), event.message_path(), note)
}

/// Occurrences closer than this are one: a component that fails once often reports it several times.
const APART: Span = Span::minutes(1);

/// How often something occurred that these events report, with those of one burst counted once, in
/// one event or in several. Those of the installation do not count: components restart in it.
pub fn occasions<'s>(cx: &RuleContext<'_>, events: impl IntoIterator<Item = Event<'s>>) -> i64 {
    let mut all: Vec<EventSeries> = events.into_iter().map(Event::series).collect();
    all.retain(|series| !is_of_installation(cx, series.last));
    all.sort_by_key(|series| (series.first.or(series.last), series.last));
    let (mut times, mut newest): (i64, Option<Time>) = (0, None);
    for series in all {
        let begun = series.first.or(series.last);
        let goes_on = begun.zip(newest).is_some_and(|(at, end)| Span::between(end, at) < APART);
        times = times.saturating_add(series.occasions(APART)).saturating_sub(goes_on.into());
        newest = newest.max(series.last);
    }
    times
}

/// When the first of the events occurred first.
pub fn first_of<'s>(events: impl IntoIterator<Item = Event<'s>>) -> Option<Time> {
    let first = |event: Event<'s>| {
        // A series was stored when it began.
        let stored = event.resource().created().filter(|_| event.count() > 1);
        event.first_seen().or(stored).or_else(|| event.last_seen())
    };
    events.into_iter().filter_map(first).min()
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
